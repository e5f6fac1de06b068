-- A copied database must neither reach Amazon nor hold a secret.
DELETE FROM hemi_amazon_token;
DELETE FROM mail_message WHERE id IN (
    SELECT mail.mail_message_id FROM mail_mail mail JOIN hemi_amazon_consent consent ON consent.mail_id = mail.id);
DELETE FROM hemi_amazon_consent;
DELETE FROM hemi_amazon_visit;
DELETE FROM hemi_amazon_subscription;
UPDATE hemi_amazon_integration_credentials
   SET client_secret_encrypted = NULL, new_secret_encrypted = NULL, old_secret_encrypted = NULL,
       access_key_encrypted = NULL, secret_key_encrypted = NULL, refused_digests = NULL, queue_url = NULL,
       destination_ids = NULL, rotation_state = 'idle';
UPDATE hemi_amazon_integration SET environment = 'sandbox', base_url = NULL, rotate_automatically = false,
       use_events = false;
UPDATE hemi_amazon_account
   SET state = 'not_authorised', oauth_began = false, orders_page_token = NULL, listings_page_token = NULL,
       authorised_at = NULL, authorised_until = NULL, cause = NULL, cause_operation = NULL;
UPDATE hemi_amazon_order SET payload_encrypted = NULL;
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data WHERE module = 'hemi_amazon_sp' AND name = 'ir_cron_run');

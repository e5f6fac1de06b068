"""Code that runs inside Odoo for the benchmark of peers; it leaves ``figures``."""

# One turn of the job. All is told when nothing is left to tell, and Odoo has read Amazon's answer.
TURN = """
account = env["hemi.amazon.account"].search([])
busy = cpu()
env.ref("hemi_amazon_sp.ir_cron_run").method_direct_trigger()
env.cr.commit()
env.invalidate_all()
busy = cpu() - busy
env.cr.execute(
    "SELECT extract(epoch FROM next_run_at - now() at time zone 'utc')::float FROM hemi_amazon_account"
)
[due] = env.cr.fetchone()
figures = {
    "cpu": busy, "due": due, "error": account.last_error,
    "left": bool(
        env["hemi.amazon.feed"].search_count([("state", "!=", "done")])
        or env["hemi.amazon.refresh"].search_count([])
        or env["hemi.amazon.flow.listings"]._due_counts(account)
    ),
    "orders": env["sale.order"].search_count(
        [("hemi_amazon_order_id", "!=", False), ("state", "=", "sale")]),
}
env.cr.commit()
"""

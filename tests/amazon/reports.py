"""Processing reports, written as Amazon writes them."""

import json


def xml_report(results="", status="Complete", processed=3, successful=2, errors=1, encoding="UTF-8", head=""):
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{head}'
        '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"><Header><DocumentVersion>1.02</DocumentVersion>'
        "<MerchantIdentifier>A1</MerchantIdentifier></Header><MessageType>ProcessingReport</MessageType>"
        "<Message><MessageID>1</MessageID><ProcessingReport><DocumentTransactionID>50001</DocumentTransactionID>"
        f"<StatusCode>{status}</StatusCode><ProcessingSummary><MessagesProcessed>{processed}</MessagesProcessed>"
        f"<MessagesSuccessful>{successful}</MessagesSuccessful><MessagesWithError>{errors}</MessagesWithError>"
        f"<MessagesWithWarning>0</MessagesWithWarning></ProcessingSummary>{results}"
        "</ProcessingReport></Message></AmazonEnvelope>"
    ).encode(encoding)


def xml_result(message_id, code="Error", text="No.", info=""):
    return (
        f"<Result><MessageID>{message_id}</MessageID><ResultCode>{code}</ResultCode>"
        f"<ResultMessageCode>8058</ResultMessageCode><ResultDescription>{text}</ResultDescription>"
        f"{info and f'<AdditionalInfo>{info}</AdditionalInfo>'}</Result>"
    )


def json_report(issues=(), processed=3, accepted=2, invalid=1):
    summary = {"messagesProcessed": processed, "messagesAccepted": accepted, "messagesInvalid": invalid}
    header = {"sellerId": "A1", "version": "2.0", "feedId": "50001"}
    return json.dumps(
        {"header": header, "issues": list(issues), "summary": {**summary, "errors": 1, "warnings": 0}}
    ).encode()

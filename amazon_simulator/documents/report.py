"""Processing reports of XML feeds (ProcessingReport) and of flat feeds (Feed Processing Summary)."""

from dataclasses import dataclass

from lxml import etree

from ..queue_book import DONE, FATAL, Outcome

# Amazon's own sample of a processing report is written in this encoding.
ENCODING = "iso-8859-1"
WHOLE_DOCUMENT = "0"
ERROR = "Error"


@dataclass
class Result:
    """What Amazon has to say about one message; messages without result succeeded.

    :param str message_id: ``0`` if it is about the whole document
    """

    message_id: str
    code: str
    text: str
    order_id: str | None = None
    order_item_id: str | None = None


def xml_outcome(work, processed, results, status=DONE):
    """Return the outcome of an XML feed with its report.

    :param int processed: messages in the document
    :param list results: ``Result``
    """
    failed = len({result.message_id for result in results})
    accepted = max(processed - failed, 0)
    report = _write(work, processed, accepted, failed, results)
    return Outcome(status, report, f"text/xml; charset={ENCODING}", processed=processed, accepted=accepted)


def xml_refusal(work, code, text):
    """Return the outcome of a document that is not processed at all."""
    return xml_outcome(work, 0, [Result(WHOLE_DOCUMENT, code, text)])


def too_large(work, text):
    """Return the outcome of an XML document that is too large."""
    return xml_outcome(work, 0, [Result(WHOLE_DOCUMENT, "5000", text)], FATAL)


def _write(work, processed, accepted, failed, results):
    envelope = etree.Element("AmazonEnvelope")
    header = etree.SubElement(envelope, "Header")
    _add(header, DocumentVersion="1.02", MerchantIdentifier=work.seller.id)
    _add(envelope, MessageType="ProcessingReport")
    message = etree.SubElement(envelope, "Message")
    _add(message, MessageID="1")
    report = etree.SubElement(message, "ProcessingReport")
    _add(report, DocumentTransactionID=work.feed.id, StatusCode="Complete")
    summary = etree.SubElement(report, "ProcessingSummary")
    _add(
        summary,
        MessagesProcessed=str(processed),
        MessagesSuccessful=str(accepted),
        MessagesWithError=str(failed),
        MessagesWithWarning="0",
    )
    for result in results * (2 if work.feed.fault("duplicate_results") else 1):
        _add_result(report, result)
    return etree.tostring(envelope, xml_declaration=True, encoding=ENCODING, pretty_print=True)


def _add_result(report, result):
    element = etree.SubElement(report, "Result")
    _add(
        element,
        MessageID=result.message_id,
        ResultCode=ERROR,
        ResultMessageCode=result.code,
        ResultDescription=result.text,
    )
    if result.order_id or result.order_item_id:
        information = etree.SubElement(element, "AdditionalInfo")
        _add(information, AmazonOrderID=result.order_id, AmazonOrderItemCode=result.order_item_id)


def _add(parent, **children):
    for name, text in children.items():
        if text:
            etree.SubElement(parent, name).text = text


def flat_outcome(error=None, status=DONE):
    """Return the outcome of a feed of one record, reported as a flat file.

    :param tuple error: (code, message), None if the record was accepted
    """
    successful = 0 if error else 1
    lines = [
        "Feed Processing Summary:",
        "\tNumber of records processed\t\t1",
        f"\tNumber of records successful\t\t{successful}",
        "",
    ]
    if error:
        lines += [
            "original-record-number\tsku\terror-code\terror-type\terror-message",
            f"1\t\t{error[0]}\tError\t{error[1]}",
            "",
        ]
    content = "\n".join(lines).encode(ENCODING, "replace")
    return Outcome(status, content, f"text/plain; charset={ENCODING}", processed=1, accepted=successful)

"""A refusal as a sentence for a page."""

from processes.errors import Refused
from web import errors
from web.language import current_language


def said(refusal: Refused) -> str:
    """A refusal in the words of its fields, else of its code."""
    problem = errors.of_refusal(refusal).to_document(current_language(), "")
    texts = [text for lines in (problem.get("fields") or {}).values() for text in lines]
    return "".join(texts) or str(problem["detail"])


def status(refusal: Refused) -> int:
    """The status of the page that says a refusal."""
    return errors.of_refusal(refusal).status

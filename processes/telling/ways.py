"""The ways out: SMTP for mail, a signed webhook for SMS, and the robots of WeCom and DingTalk. Nothing here knows the database."""

import hashlib
import hmac
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from engine import values

#: seconds that another system may take for one message
PATIENCE = 20
MAX_ANSWER = 64 * 1024
#: answers of a web server after which trying again may help
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotDelivered(Exception):
    """A message did not go out; `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class Message:
    """What goes out: one or several notices in one."""

    id: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True)
class Sender:
    """Who sends: the address before mails, and the secret that signs webhooks."""

    mail_from: str
    secret: str


def send(channel: str, way: str, message: Message, sender: Sender) -> None:
    """Send by the address that the settings give for a channel; raises NotDelivered."""
    _SENDING[channel](way, message, sender)


def _mail(way: str, message: Message, sender: Sender) -> None:
    server = urlsplit(way)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    more: dict[str, Any] = {"context": ssl.create_default_context()} if server.scheme == "smtps" else {}
    try:
        with kind(server.hostname or "", server.port or 0, timeout=PATIENCE, **more) as smtp:
            smtp.ehlo()
            if server.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(_letter(message, sender))
    except smtplib.SMTPRecipientsRefused as problem:
        code = max((answer[0] for answer in problem.recipients.values()), default=550)
        raise NotDelivered(f"收件地址被拒绝（{code}）。", permanent=code >= 500) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise NotDelivered(f"邮件服务器没有收下：{type(problem).__name__}。") from problem


def _letter(message: Message, sender: Sender) -> EmailMessage:
    letter = EmailMessage()
    domain = sender.mail_from.rpartition("@")[2] or "localhost"
    letter["From"], letter["To"], letter["Subject"] = sender.mail_from, message.address, message.subject
    letter["Date"] = formatdate(usegmt=True)
    # the same message again has the same identifier, so that mail programs show it once
    digest = hashlib.sha256(message.id.encode()).hexdigest()[:32]
    letter["Message-ID"] = f"<{digest}@{domain}>" if domain.isascii() else make_msgid()
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    return letter


def _sms(way: str, message: Message, sender: Sender) -> None:
    _post(way, {"id": message.id, "to": message.address, "text": message.text}, sender)


def _wecom(way: str, message: Message, sender: Sender) -> None:
    text = {"content": message.text, "mentioned_mobile_list": [message.address]}
    _check_robot(_post(way, {"msgtype": "text", "text": text}, sender))


def _dingtalk(way: str, message: Message, sender: Sender) -> None:
    document = {"msgtype": "text", "text": {"content": message.text}, "at": {"atMobiles": [message.address], "isAtAll": False}}
    _check_robot(_post(way, document, sender))


def _check_robot(answer: bytes) -> None:
    """Robots answer 200 also when they refuse; the code stands in the body."""
    try:
        code = values.loads(answer)["errcode"]
    except (values.ValueRefused, ValueError, KeyError, TypeError) as problem:
        raise NotDelivered("机器人的回答看不懂。") from problem
    if code != 0:
        raise NotDelivered(f"机器人拒绝了消息（{code}）。", permanent=False)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A webhook does not send its messages on to where it is told."""


_opener = urllib.request.build_opener(_NoRedirects)


def _post(way: str, document: Mapping[str, Any], sender: Sender) -> bytes:
    body = values.dumps(dict(document))
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "banjie"}
    if sender.secret:
        headers["X-Banjie-Signature"] = "sha256=" + hmac.new(sender.secret.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(way, data=body, headers=headers, method="POST")  # noqa: S310 - the settings take http and https alone
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            return bytes(answer.read(MAX_ANSWER))
    except urllib.error.HTTPError as problem:
        problem.close()
        raise NotDelivered(f"对方回答 {problem.code}。", permanent=problem.code not in _PASSING) from problem
    except OSError as problem:
        raise NotDelivered(f"连不上对方：{type(problem).__name__}。") from problem


_SENDING: Mapping[str, Callable[[str, Message, Sender], None]] = {"mail": _mail, "sms": _sms, "wecom": _wecom, "dingtalk": _dingtalk}

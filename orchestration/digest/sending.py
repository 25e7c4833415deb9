"""Sending a digest by mail."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from orchestration.digest.digest import Digest
from orchestration.digest.page import as_page
from orchestration.digest.text import as_text
from orchestration.notification_settings import PASSWORD, Notification

SECONDS = 20.0
"""A mail server that does not answer holds a finished run up this long at most, for each answer."""


class NotSentError(Exception):
    """The digest was not sent. The message says why, but not what the server said, which may quote it."""


def message_of(digest: Digest, notification: Notification) -> EmailMessage:
    """The mail: text, with the page beside it."""
    message = EmailMessage()
    message["Subject"] = " ".join(digest.subject.split())
    message["From"] = notification.sender
    message["To"] = ", ".join(notification.to)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(digest))
    message.add_alternative(as_page(digest), subtype="html")
    return message


def send(digest: Digest, notification: Notification, home: Path) -> int:
    """Mail the digest; to how many people. Raises `NotSentError`.

    ``home`` is where a certificate authority of one's own is looked for.
    """
    password = os.environ.get(PASSWORD)
    if notification.user is not None and not password:
        raise NotSentError(f"{PASSWORD} is not set")
    try:
        with _connected(notification, home) as server:
            if notification.user is not None:
                server.login(notification.user, password or "")
            refused = server.send_message(message_of(digest, notification))
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        code = getattr(error, "smtp_code", None)
        answer = f", answer {code}" if isinstance(code, int) else ""
        raise NotSentError(f"{type(error).__name__}{answer}") from None
    if refused:
        raise NotSentError(f"{len(refused)} of {len(notification.to)} people were refused by the server")
    return len(notification.to)


def _connected(notification: Notification, home: Path) -> smtplib.SMTP:
    """A connection whose server has shown its certificate, unless the settings want none."""
    place = (notification.host, notification.port)
    if notification.security == "none":
        return smtplib.SMTP(*place, timeout=SECONDS)
    authority = str(home / notification.ca_file) if notification.ca_file else None
    context = ssl.create_default_context(cafile=authority)
    if notification.security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=SECONDS, context=context)
    server = smtplib.SMTP(*place, timeout=SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server

"""Who is told about a run by mail, and through which server.

Belongs here: the names, defaults and checks of these settings. Does not belong here: what the mail says
(`orchestration.digest`) and sending it (`orchestration.digest.sending`).

    notification:
      to: [billing@practice.example]
      sender: tieout@practice.example
      host: smtp.practice.example
      port: 587
      security: starttls               # or tls from the first byte on, or none
      user: tieout                     # its password is in the environment: TIEOUT_SMTP_PASSWORD
      ca_file: internal-ca.pem         # only where the server's certificate is of an authority of one's own
      link: https://tieout.practice.example/
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

PASSWORD = "TIEOUT_SMTP_PASSWORD"  # noqa: S105 - the name of a variable, not a password
"""The environment variable with the password; settings files are read by too many."""

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_LINK = re.compile(r"https?://[^\s\"'<>]+/")


def _is_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("is not an address; write it as name@practice.example")
    return text


def _is_link(text: str) -> str:
    if not _LINK.fullmatch(text):
        raise ValueError("must be an http(s):// address that ends with a slash")
    return text


Address = Annotated[str, AfterValidator(_is_address)]


class Notification(BaseModel):
    """A mail server and the people that it reaches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Annotated[tuple[Address, ...], Field(min_length=1)]
    sender: Address
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Annotated[str, Field(min_length=1)] | None = None
    ca_file: Annotated[str, Field(min_length=1)] | None = None
    link: Annotated[str, AfterValidator(_is_link)] | None = None

    @model_validator(mode="after")
    def _no_password_in_the_open(self) -> "Notification":
        if self.security == "none" and self.user is not None:
            raise ValueError("a password is not sent without security; use starttls or tls, or name no user")
        return self

"""Requests to an object store are signed as the examples of AWS say (Signature Version 4, «Authorization header»)."""

from __future__ import annotations

from datetime import UTC, datetime

import botocore.auth
import httpx
import pytest
from botocore.credentials import Credentials

from desktop_app.exchange.s3 import Signed

_OF_THE_EXAMPLES = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
_SUM_OF_THE_EXAMPLE = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"


@pytest.mark.parametrize(
    ("path", "headers", "signature"),
    [
        (
            "test.txt",
            {"range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        ("?lifecycle", {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("?max-keys=2&prefix=J", {}, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_the_published_examples(
    monkeypatch: pytest.MonkeyPatch, path: str, headers: dict[str, str], signature: str
) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: datetime(2013, 5, 24, tzinfo=UTC))
    asked = httpx.Request("GET", f"https://examplebucket.s3.amazonaws.com/{path}", headers=headers)
    signed = next(Signed(_OF_THE_EXAMPLES, "us-east-1").auth_flow(asked))
    assert signed.headers["authorization"].endswith(f"Signature={signature}")
    assert signed.headers["x-amz-date"] == "20130524T000000Z"
    assert len(signed.headers.get_list("host")) == 1


def test_a_body_goes_by_its_sum_and_a_passing_account_by_its_token() -> None:
    account = Credentials("a", "b", "мөртаңба".encode().hex())
    asked = httpx.Request("PUT", "http://127.0.0.1:9000/b/in/%D0%B0%20b.tzp", headers={"x-amz-content-sha256": _SUM_OF_THE_EXAMPLE})  # fmt: skip
    signed = next(Signed(account, "eu-west-1").auth_flow(asked)).headers
    assert signed["x-amz-content-sha256"] == _SUM_OF_THE_EXAMPLE
    assert signed["x-amz-security-token"] == account.token
    assert (
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token" in signed["authorization"]
    )

"""Mints a session for a signed-in customer: pip install PyJWT"""

import os
import time
import uuid

import jwt


def mint_session(customer: str, plan: dict) -> str:
    claims = {
        "aud": os.environ["SESSION_AUDIENCE"],  # peeker-checkout/test or peeker-checkout/live
        "sub": customer,  # e-mail address or usr_… id
        "jti": str(uuid.uuid4()),  # the session's id: one session places one order
        "iat": int(time.time()),
        "exp": int(time.time()) + 30 * 60,  # at most 24 hours
        "plan": plan,  # {"bundle_id": "bun_…"}, or licence counts
    }
    return jwt.encode(claims, os.environ["SESSION_KEY"], "HS256", headers={"kid": os.environ["SESSION_KID"]})

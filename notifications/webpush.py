"""Encrypting for one browser (RFC 8291) and saying who sends (RFC 8292). Pure; ways/push.py sends.

One record of aes128gcm (RFC 8188): what is pushed always fits.
"""

import base64
import json
import os
import struct
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
# Of what push services take, 4096 bytes, the head and the seal need 103.
MOST_BYTES = RECORD - 103
GOOD_FOR = 12 * 60 * 60


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """The key of a browser. Raises ValueError for what is none."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), CURVE)


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    plain: bytes,
    *,
    receiver: bytes,
    auth: bytes,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """`receiver` and `auth` are the browser's; `key` and `salt` are made anew for each message."""
    key, salt = key or ec.generate_private_key(CURVE), salt or os.urandom(16)
    sender = public(key)
    shared = key.exchange(ec.ECDH(), point(receiver))
    secret = _derived(shared, auth, b"WebPush: info\0" + receiver + sender, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    # 2 says that this is the last record.
    sealed = AESGCM(content_key).encrypt(nonce, plain + b"\2", None)
    return salt + struct.pack("!IB", RECORD, len(sender)) + sender + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorization(address: str, *, key: ec.EllipticCurvePrivateKey, contact: str, now: int) -> str:
    """For the push service at `address`: this is us, and here somebody can be reached."""
    parts = urlsplit(address)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + GOOD_FOR, "sub": contact}
    said = [{"typ": "JWT", "alg": "ES256"}, claims]
    signed = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in said)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = encoded(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={signed}.{signature}, k={encoded(public(key))}"

#!/usr/bin/env python3
"""Sign a Windows program in place with osslsigncode, as `package.py --sign` wants it.

    python3 sign.py CERTIFICATE.pem KEY.pem FILE [--timestamp URL]

On Windows name signtool instead: `--sign 'signtool sign /fd SHA256 /a'`. A certificate of one's own, for trying:

    openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj '/CN=Trial' -addext extendedKeyUsage=codeSigning \\
        -keyout key.pem -out certificate.pem
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path


def main() -> None:
    """Sign the file; the unsigned one stays when signing fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("certificate")
    parser.add_argument("key")
    parser.add_argument("file", type=Path)
    parser.add_argument("--timestamp", default="")
    arguments = parser.parse_args()
    signed = arguments.file.with_name(arguments.file.name + ".signed")
    stamp = ["-ts", arguments.timestamp] if arguments.timestamp else []
    pair = ["-certs", arguments.certificate, "-key", arguments.key]
    words = ["osslsigncode", "sign", *pair, "-h", "sha256", "-n", "Khảo sát số hộ", *stamp]
    subprocess.run([*words, "-in", str(arguments.file), "-out", str(signed)], check=True)
    signed.replace(arguments.file)


if __name__ == "__main__":
    main()

"""Bundles: signed and sealed exchange files, what merging them does, and the receipts that come back."""

from survey_app.bundles.container import Header
from survey_app.bundles.content import Bundle
from survey_app.bundles.errors import (
    Altered,
    BundleError,
    Disagrees,
    ForAnotherOffice,
    NewerFormat,
    NotABundle,
    NotAnOfficeKey,
    NotAReceipt,
    NothingToPack,
    NotSetUp,
    NotWritten,
    ReceiptForAnother,
    RevokedLaptop,
    TooLarge,
    Truncated,
    UnknownLaptop,
    Unreadable,
)
from survey_app.bundles.keys import OfficeKey, load_office_key
from survey_app.bundles.merging import (
    Arrival,
    Balance,
    BundleResult,
    Gap,
    Refusal,
    Taken,
    balance_of,
    gaps_in,
)
from survey_app.bundles.reading import read_bundle, read_header
from survey_app.bundles.receipts import Receipt
from survey_app.bundles.writing import Written, write_bundle

__all__ = [
    "Altered",
    "Arrival",
    "Balance",
    "Bundle",
    "BundleError",
    "BundleResult",
    "Disagrees",
    "ForAnotherOffice",
    "Gap",
    "Header",
    "NewerFormat",
    "NotABundle",
    "NotAReceipt",
    "NotAnOfficeKey",
    "NotSetUp",
    "NotWritten",
    "NothingToPack",
    "OfficeKey",
    "Receipt",
    "ReceiptForAnother",
    "Refusal",
    "RevokedLaptop",
    "Taken",
    "TooLarge",
    "Truncated",
    "UnknownLaptop",
    "Unreadable",
    "Written",
    "balance_of",
    "gaps_in",
    "load_office_key",
    "read_bundle",
    "read_header",
    "write_bundle",
]

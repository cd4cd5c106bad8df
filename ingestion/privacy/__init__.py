"""Personal data never lands: people become keyed pseudonyms, and texts lose what identifies them."""

from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.privacy.redaction import NOBODY, Public, redact, redact_identifiers, redact_text

__all__ = ["NOBODY", "Pseudonyms", "Public", "redact", "redact_identifiers", "redact_text"]

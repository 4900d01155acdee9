"""Plain data as one text, so that it can be compared and hashed."""

from __future__ import annotations

import json
from typing import Any


def canonical(data: Any) -> str:  # whatever JSON can hold
    """JSON that is the same text for the same plain data, whatever the order of keys."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))

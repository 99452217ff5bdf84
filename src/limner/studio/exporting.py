"""Vectors in a file another program can multiply."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from limner.errors import WorkspaceError
from limner.studio.kept.spaces import NAME
from limner.studio.studio import Studio


def write_vectors(studio: Studio, path: Path) -> dict[str, Any]:
    """Write user_id, vector (fixed-size list of float32), alpha and beta; return the header.

    The header (space, dim, mean alpha, mean beta, users) is also in the file's metadata, key ``limner``.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    user_ids, vectors = studio.vectors()
    alpha, beta = studio.gates()
    dim = vectors.shape[1]
    header = {
        "space": NAME,
        "dim": dim,
        "alpha": round(float(np.mean(alpha)), 4) if len(alpha) else None,
        "beta": round(float(np.mean(beta)), 4) if len(beta) else None,
        "users": len(user_ids),
    }
    flat = pa.array(np.ascontiguousarray(vectors).ravel(), pa.float32())
    table = pa.table(
        {
            "user_id": pa.array(user_ids),
            "vector": pa.FixedSizeListArray.from_arrays(flat, dim),
            "alpha": pa.array(alpha, pa.float32()),
            "beta": pa.array(beta, pa.float32()),
        }
    )
    try:
        pq.write_table(table.replace_schema_metadata({"limner": json.dumps(header)}), path)
    except OSError as exc:
        raise WorkspaceError(f"{path}: cannot be written ({exc}); name another file") from exc
    return header

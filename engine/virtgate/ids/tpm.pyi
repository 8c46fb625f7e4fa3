"""Ids of the area `tpm`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "tpm.crb", "tpm.crb.chunks", "tpm.emulator", "tpm.emulator.encryption", "tpm.passthrough", "tpm.pv",
    "tpm.spapr", "tpm.spapr-proxy", "tpm.tis",
]

CRB: Final = "tpm.crb"
CRB_CHUNKS: Final = "tpm.crb.chunks"
EMULATOR: Final = "tpm.emulator"
EMULATOR_ENCRYPTION: Final = "tpm.emulator.encryption"
PASSTHROUGH: Final = "tpm.passthrough"
PV: Final = "tpm.pv"
SPAPR: Final = "tpm.spapr"
SPAPR_PROXY: Final = "tpm.spapr-proxy"
TIS: Final = "tpm.tis"

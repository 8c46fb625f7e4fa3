"""Ids of the area `confidential`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "confidential.cca", "confidential.copy-context", "confidential.igvm", "confidential.machine-property",
    "confidential.memory-encryption-property", "confidential.move-context", "confidential.s390-pv",
    "confidential.s390-pv.dump", "confidential.sev", "confidential.sev-snp", "confidential.sev-snp.answers",
    "confidential.sev-snp.host-data", "confidential.sev.answers", "confidential.sev.attestation",
    "confidential.sev.es-vm-type", "confidential.sev.kernel-hashes", "confidential.sev.launch-measurement",
    "confidential.sev.launch-secret", "confidential.sev.panic", "confidential.sev.vm-type",
    "confidential.sgx", "confidential.sgx.numa", "confidential.sgx.provisioning", "confidential.tdx",
    "confidential.tdx.kernel", "confidential.tdx.owner", "confidential.tdx.panic",
    "confidential.tdx.quote-service",
]

CCA: Final = "confidential.cca"
COPY_CONTEXT: Final = "confidential.copy-context"
IGVM: Final = "confidential.igvm"
MACHINE_PROPERTY: Final = "confidential.machine-property"
MEMORY_ENCRYPTION_PROPERTY: Final = "confidential.memory-encryption-property"
MOVE_CONTEXT: Final = "confidential.move-context"
S390_PV: Final = "confidential.s390-pv"
S390_PV_DUMP: Final = "confidential.s390-pv.dump"
SEV: Final = "confidential.sev"
SEV_SNP: Final = "confidential.sev-snp"
SEV_SNP_ANSWERS: Final = "confidential.sev-snp.answers"
SEV_SNP_HOST_DATA: Final = "confidential.sev-snp.host-data"
SEV_ANSWERS: Final = "confidential.sev.answers"
SEV_ATTESTATION: Final = "confidential.sev.attestation"
SEV_ES_VM_TYPE: Final = "confidential.sev.es-vm-type"
SEV_KERNEL_HASHES: Final = "confidential.sev.kernel-hashes"
SEV_LAUNCH_MEASUREMENT: Final = "confidential.sev.launch-measurement"
SEV_LAUNCH_SECRET: Final = "confidential.sev.launch-secret"
SEV_PANIC: Final = "confidential.sev.panic"
SEV_VM_TYPE: Final = "confidential.sev.vm-type"
SGX: Final = "confidential.sgx"
SGX_NUMA: Final = "confidential.sgx.numa"
SGX_PROVISIONING: Final = "confidential.sgx.provisioning"
TDX: Final = "confidential.tdx"
TDX_KERNEL: Final = "confidential.tdx.kernel"
TDX_OWNER: Final = "confidential.tdx.owner"
TDX_PANIC: Final = "confidential.tdx.panic"
TDX_QUOTE_SERVICE: Final = "confidential.tdx.quote-service"

"""Ids of the area `security`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "security.authorization.list", "security.authorization.list-file", "security.authorization.pam",
    "security.authorization.simple", "security.chroot", "security.control-group",
    "security.control-group.parent", "security.control-group.version-2", "security.fips", "security.label",
    "security.landlock", "security.landlock.rules", "security.network-namespace",
    "security.process-namespace", "security.resource-limit", "security.run-as", "security.sandbox",
    "security.sandbox.filter", "security.sandbox.policy", "security.secret", "security.secret.keyring",
    "security.secret.stored", "security.tls.anonymous", "security.tls.cipher-suites", "security.tls.psk",
    "security.tls.x509",
]

AUTHORIZATION_LIST: Final = "security.authorization.list"
AUTHORIZATION_LIST_FILE: Final = "security.authorization.list-file"
AUTHORIZATION_PAM: Final = "security.authorization.pam"
AUTHORIZATION_SIMPLE: Final = "security.authorization.simple"
CHROOT: Final = "security.chroot"
CONTROL_GROUP: Final = "security.control-group"
CONTROL_GROUP_PARENT: Final = "security.control-group.parent"
CONTROL_GROUP_VERSION_2: Final = "security.control-group.version-2"
FIPS: Final = "security.fips"
LABEL: Final = "security.label"
LANDLOCK: Final = "security.landlock"
LANDLOCK_RULES: Final = "security.landlock.rules"
NETWORK_NAMESPACE: Final = "security.network-namespace"
PROCESS_NAMESPACE: Final = "security.process-namespace"
RESOURCE_LIMIT: Final = "security.resource-limit"
RUN_AS: Final = "security.run-as"
SANDBOX: Final = "security.sandbox"
SANDBOX_FILTER: Final = "security.sandbox.filter"
SANDBOX_POLICY: Final = "security.sandbox.policy"
SECRET: Final = "security.secret"
SECRET_KEYRING: Final = "security.secret.keyring"
SECRET_STORED: Final = "security.secret.stored"
TLS_ANONYMOUS: Final = "security.tls.anonymous"
TLS_CIPHER_SUITES: Final = "security.tls.cipher-suites"
TLS_PSK: Final = "security.tls.psk"
TLS_X509: Final = "security.tls.x509"

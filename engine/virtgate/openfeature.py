"""A provider for OpenFeature's SDK, in process: a flag is a capability, as it is for `virtgate serve`.

It needs openfeature-sdk: `pip install virtgate[openfeature]`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import (
    FlagNotFoundError,
    GeneralError,
    InvalidContextError,
    TargetingKeyMissingError,
    TypeMismatchError,
)
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider import AbstractProvider
from openfeature.provider.metadata import Metadata

from .driver.errors import UnknownCapability, VirtgateError
from .driver.gates import Gates
from .driver.policy import Policy
from .serve.hosts import open_host
from .serve.ofrep import evaluation

if TYPE_CHECKING:
    from openfeature.flag_evaluation import FlagValueType

    Targets = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
    Objects = Sequence[FlagValueType] | Mapping[str, FlagValueType]


class VirtgateProvider(AbstractProvider):
    """Answers for some hosts; the context's `target`, else its targeting key, says for which.

    The value is whether the capability is enabled, the variant the path (or the state, where it is not), the
    flag's metadata the verdict. A host is looked at before each answer, and asked again where it has changed.
    """

    def __init__(self, targets: Targets, *, policy: Policy | None = None, data: str | None = None) -> None:
        super().__init__()
        named = [targets] if isinstance(targets, str | os.PathLike) else targets
        self._gates: dict[str, Gates | None] = {os.fspath(one): None for one in named}
        self._policy = policy
        self._data = data
        self._lock = threading.Lock()

    def get_metadata(self) -> Metadata:
        """Who it is."""
        return Metadata(name="virtgate")

    def initialize(self, evaluation_context: EvaluationContext) -> None:  # noqa: ARG002
        """Ask every host. Raises GeneralError where none can be asked."""
        problems = []
        for text in self._gates:
            try:
                self._open(text)
            except VirtgateError as error:
                problems.append(f"{text}: {error}")
        if len(problems) == len(self._gates):
            raise GeneralError("; ".join(problems) or "no targets")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: ARG002
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Whether a capability is enabled."""
        told = self._evaluate(flag_key, evaluation_context)
        return FlagResolutionDetails(
            value=told["value"],
            variant=told["variant"],
            reason=Reason(told["reason"]),
            flag_metadata=told["metadata"],
        )

    async def resolve_boolean_details_async(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """The same; a host that must be asked again takes a thread's time and not the loop's."""
        return await asyncio.to_thread(
            self.resolve_boolean_details, flag_key, default_value, evaluation_context
        )

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """No flag is a text: the path is the variant."""
        self._refuse_type(flag_key, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """No flag is a number."""
        self._refuse_type(flag_key, default_value, evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """No flag is a number."""
        self._refuse_type(flag_key, default_value, evaluation_context)

    def resolve_object_details(
        self, flag_key: str, default_value: Objects, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[Objects]:
        """No flag is an object: the verdict is the flag's metadata."""
        self._refuse_type(flag_key, default_value, evaluation_context)

    def _refuse_type(self, flag_key: str, wanted: object, context: EvaluationContext | None) -> NoReturn:
        self._evaluate(flag_key, context)
        raise TypeMismatchError(f"{flag_key} is a boolean, and not of {type(wanted).__name__}'s sort")

    def _evaluate(self, flag_key: str, context: EvaluationContext | None) -> dict[str, Any]:
        text = self._find(context or EvaluationContext())
        try:
            return evaluation(self._open(text), flag_key)
        except UnknownCapability as error:
            raise FlagNotFoundError(str(error)) from error
        except VirtgateError as error:
            raise GeneralError(str(error)) from error

    def _find(self, context: EvaluationContext) -> str:
        named = context.attributes.get("target") or context.targeting_key
        known = ", ".join(self._gates)
        if not named and len(self._gates) == 1:
            return next(iter(self._gates))
        if not named:
            raise TargetingKeyMissingError(f"name one target of {known}")
        if named not in self._gates:
            raise InvalidContextError(f"no target {named!r} here; there are {known}")
        return str(named)

    def _open(self, text: str) -> Gates:
        """A host's gates as they are now. Raises VirtgateError."""
        gates = self._gates[text]
        if gates is not None and gates.is_current():
            return gates
        with self._lock:
            before = self._gates[text]
            if before is None or not before.is_current():
                self._gates[text] = None
                self._gates[text] = open_host(text, policy=self._policy, data=self._data)
            now = self._gates[text]
            assert now is not None
        if before is not None and now is not before:
            self.emit_provider_configuration_changed(ProviderEventDetails(message=f"{text} has changed"))
        return now

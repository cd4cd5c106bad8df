"""What is said of each metric apart from its formula: kind, sources, where it is cut, when it is final.

The same stands in ``methodology/metrics.yml``; it is kept apart on purpose, as the codes of ``codes.py`` are.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.demo import codes


@dataclass(frozen=True)
class Metric:
    """A metric as its cells need it.

    Attributes:
        kind: share, net, mean, ratio, median, quantile (the ninth decile), count.
        sources: without one of these a cell has no value.
        is_survey: values of fewer than ten answers are hidden.
        is_headline: cut by every dimension; the others by centre, channel and touchpoint.
        is_final_at_once: nothing that happens after the week changes it.
    """

    kind: str
    sources: tuple[str, ...]
    is_survey: bool = False
    is_headline: bool = False
    has_touchpoint: bool = True
    is_final_at_once: bool = False


_CONTACTS = ("ais", "contact_centre")
_TALKS = ("contact_centre",)
_WORKING = ("contact_centre", "ais")  # the hours of the centres come with their register
_ANSWERS = ("survey", "ais")
_FEEDBACK = ("survey", "complaints_book", "two_gis", "vk", "ais")

_SHARES = {
    name: Metric("share", _CONTACTS)
    for name in (
        *("rr_1d", "rr_net_repeat", "er_up", "transfer_rate", "net_fcr", "fcr_unlinked_share"),
        *("cv2_out_of_hours", "solve_1h", "solve_1d"),
    )
}
_MEANS = {name: Metric("mean", _CONTACTS) for name in ("rpc", "rpc_messages", "rpc_client", "rpc_solved")}
_ANSWER_SHARES = {
    name: Metric("share", _ANSWERS, is_survey=True)
    for name in (
        *("ces_easy_share", "rr_confirmed", "fcr_said"),
        *("expectation_above", "expectation_below", "satisfaction_above", "satisfaction_below"),
        *(f"{aspect}_{part}" for aspect in codes.ASPECTS for part in ("met", "above", "below")),
    )
}
_ANSWER_MEANS = {
    name: Metric("mean", _ANSWERS, is_survey=True)
    for name in (
        *("ces_mean100", "expectation_index", "satisfaction_index"),
        *(f"{aspect}_index" for aspect in codes.ASPECTS),
    )
}

METRICS: dict[str, Metric] = {
    "rr": Metric("share", _CONTACTS, is_headline=True),
    "fcr": Metric("share", _CONTACTS, is_headline=True),
    "er_wide": Metric("share", _CONTACTS, is_headline=True),
    "cv2": Metric("count", _CONTACTS, is_headline=True),
    "ttfr": Metric("median", _WORKING, is_headline=True),
    "ces": Metric("net", _ANSWERS, is_survey=True, is_headline=True),
    "nps": Metric("net", _ANSWERS, is_survey=True, is_headline=True),
    "expectation_met": Metric("share", _ANSWERS, is_survey=True, is_headline=True),
    "satisfaction_met": Metric("share", _ANSWERS, is_survey=True, is_headline=True),
    "iqs": Metric("mean", ("evaluations",), is_headline=True, is_final_at_once=True),
    "cv1": Metric("count", ("two_gis", "vk"), is_headline=True, has_touchpoint=False, is_final_at_once=True),
    "link_rate": Metric("share", _FEEDBACK, is_headline=True, has_touchpoint=False, is_final_at_once=True),
    **_SHARES,
    **_MEANS,
    **_ANSWER_SHARES,
    **_ANSWER_MEANS,
    "rr_30d": Metric("share", _CONTACTS, is_final_at_once=True),
    "rr_flow": Metric("ratio", _CONTACTS),
    "ttfr_calendar": Metric("median", _TALKS),
    "ttfr_mean": Metric("mean", _WORKING),
    "ttfr_p90": Metric("quantile", _WORKING),
    "ttfr_in_norm": Metric("share", _WORKING),
    "ttfr_unanswered": Metric("share", _TALKS),
    "ttfr_reopen": Metric("median", _WORKING),
    "ces_literal": Metric("net", _ANSWERS, is_survey=True),
    "offer_rate": Metric("share", ("ais",)),
    "delivery_rate": Metric("share", ("ais",)),
    "response_rate": Metric("share", _ANSWERS),
    "completion_rate": Metric("share", ("survey",), is_final_at_once=True),
    "no_show_rate": Metric("share", ("ais",)),
    "queue_wait": Metric("median", ("ais",)),
    "queue_wait_p90": Metric("quantile", ("ais",)),
    "queue_over_norm": Metric("share", ("ais",)),
}

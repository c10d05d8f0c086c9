"""Correlations: rules over the hits of rules. This text is the semantics; streaming engine and SQL both follow it.

**Hits.** One hit is (time, rule id, event id, field values); times are microseconds. A correlation sees the hits of the
rules it refers to. What a referred correlation tells is a hit too: its time is the told time, its event ids are those
of the match, its fields are its group-by names with the group's values (nothing else).

**Groups.** A hit belongs to the group of its values of the group-by fields, in order; an alias stands for another field
per rule. Values compare exactly. A hit without a value in one of the fields (absent, null, empty) belongs to no group
and is ignored. A field with several values puts the hit into one group per value (per combination). Without group-by
there is one group.

**Window.** ``T`` is the timespan. A window is closed at both ends: hits exactly ``T`` apart are in one. Hits of equal
time have no order among each other: an *instant* is taken as a whole before anything is judged.

**What is measured** in a window of one group. All kinds but the temporal ones take an event once per group: of several
referred rules that hit it, the first listed one's hit (a match of a referred correlation is an event of its own).

* ``event_count``: events.
* ``value_count``: distinct texts of the field, absent and empty ones left out. With several fields: distinct
  combinations of one value each, absent as "", the combination of nothing but "" left out.
* ``value_sum``, ``value_avg``, ``value_percentile``, ``value_median``: over the field's values that are decimal numbers
  (``-1.5``, ``2e3``; nothing else). The sum is correctly rounded; the average is it divided by the number of values.
  Percentile ``p`` of sorted ``v[0..n-1]`` interpolates linearly at position ``(n-1)*p/100``, the median is percentile
  50. Without any number nothing is true.
* ``temporal``: how many of the referred rules have a hit.
* ``temporal_ordered``: the most referred rules that can be taken in the listed order with never decreasing times (equal
  times and even one event for two rules suffice: many logs have whole seconds).
* an expression (temporal kinds) is true or false. In ``temporal`` a rule is true when it has a hit. In
  ``temporal_ordered`` ``and`` is "and then, at the same time or later": some choice of hits must do, as
  :func:`hodoscope.soc.sigma.correlation.measure.endings` has it. So ``a and not b``: an ``a`` with no ``b`` from it on.

**When it is judged.** All conditions must hold.

* *Growing* conditions (only ``gt``/``gte``, an expression without ``not``): at every instant ``t`` of the group, over
  its trailing window ``[t-T, t]``. This is the sliding window: no alignment to the clock, no attack cut in two. Told at
  the first such ``t``, and then again only at ``t' > t+T``: told windows never overlap, so a flood is told once per
  timespan, not once per event, and each hit is evidence at most once.
* *Closing* conditions (any ``lt``, ``lte``, ``eq``, ``neq``, or ``not``): "at most five" is not true because the sixth
  event has not come yet. The first hit of the group opens the window ``[s, s+T]``; the first hit after it opens the
  next. A window is judged when the stream's time has passed ``s+T``, or at the end of the input as it stands. The told
  time is ``s+T``.

So a match is (correlation, group, first, time): growing ``first = t-T``, ``time = t``; closing ``first = s``,
``time = s+T``. Its events are those of the group's hits in ``[first, time]``, in order of (time, rule id, event id).

**Order.** Matches come in order of (time, position of the correlation in the rule set, group). What has not had
a single hit is never told (there is no group for nothing). None of this depends on how the stream is cut into batches.

**Bounds.** Per group at most :data:`~hodoscope.soc.sigma.correlation.interface.MOST_HITS` hits are kept and per
correlation at most :data:`~hodoscope.soc.sigma.correlation.interface.MOST_GROUPS` groups. Beyond that the group's
oldest hit is dropped (every match whose window had it says so), or the group that was hit longest ago (counted).
"""

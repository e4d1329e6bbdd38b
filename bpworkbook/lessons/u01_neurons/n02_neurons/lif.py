"""Leaky integrate-and-fire cells: traces, rates in closed form, with noise, and for single pulses.

Time is in seconds. The voltage v counts from rest, 0; one unit is the usual threshold.
"""

from typing import Any

import numpy as np

LEAK, THRESHOLD = 50.0, 1.0
STEP = 0.0001
PULSES, PUSH = 25, 0.6
"""Pulses a second on each synapse, and what a pulse adds to v."""


def trace(current: float, leak: float, threshold: float, time: float = 1.0) -> tuple[Any, Any]:
    """Return v after each step, and the numbers of the steps that end in a spike.

    Examples
    --------
    >>> v, spikes = trace(100.0, 50.0, 1.0, time=0.05)
    >>> len(v), [int(step) for step in spikes]
    (500, [138, 277, 416])
    """
    v, voltages, spikes = 0.0, [], []
    for step in range(round(time / STEP)):
        v += STEP * (current - leak * v)
        if v >= threshold:
            spikes.append(step)
            v = 0.0
        voltages.append(v)
    return np.array(voltages), np.array(spikes, dtype=int)


def exact_rate(current: Any, leak: float, threshold: float, pause: float = 0.0) -> Any:
    """Return the rate in closed form; ``pause`` is the dead time after each spike.

    Without a pause and for ``current > leak * threshold`` it is
    ``leak / ln(current / (current - leak * threshold))``.

    Examples
    --------
    >>> exact_rate(np.array([40.0, 100.0, 200.0]), 50.0, 1.0).round(1).tolist()
    [0.0, 72.1, 173.8]
    >>> exact_rate(np.array([100.0]), 0.0, 1.0).tolist()
    [100.0]
    """
    current = np.asarray(current, dtype=float)
    fires = current > leak * threshold
    safe = np.where(fires, current, 2 * leak * threshold + 1)
    wait = -np.log1p(-leak * threshold / safe) / leak if leak else threshold / safe
    return np.where(fires, 1 / (pause + wait), 0.0)


def noisy_rates(currents: Any, pause: float, noise: float, seeds: int, time: float = 2.0) -> Any:
    """Return the rates (seeds, currents) of cells with a dead time and a noisy current.

    Parameters
    ----------
    currents : array (m,)
    pause : float
        Seconds after a spike in which the cell stays at rest.
    noise : float
        Standard deviation of what noise adds to v in one second.
    seeds : int
        Independent runs.
    time : float
        Length of each run.

    Examples
    --------
    >>> noisy_rates(np.array([0.0, 200.0]), 0.01, 0.0, 1).tolist()
    [[0.0, 63.5]]
    """
    rng = np.random.default_rng(0)
    step = 2 * STEP
    shape = (seeds, len(currents))
    v, rest, spikes = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    dead = round(pause / step)
    for _ in range(round(time / step)):
        v += step * (currents - LEAK * v)
        if noise:
            v += noise * np.sqrt(step) * rng.standard_normal(shape)
        v *= rest <= 0
        fired = v >= THRESHOLD
        spikes += fired
        v[fired] = 0.0
        rest = np.where(fired, dead, rest - 1)
    return spikes / time


def pulse_times(gap: float, time: float = 1.0) -> tuple[Any, Any]:
    """Return when the pulses of two synapses arrive, the second ``gap`` seconds after the first.

    Examples
    --------
    >>> first, second = pulse_times(0.02)
    >>> len(first), len(second), round(float(second[0] - first[0]), 3)
    (25, 25, 0.02)
    """
    first = 0.005 + np.arange(round(PULSES * time)) / PULSES
    return first, first + gap


def answer_to_pulses(gap: float, leak: float, time: float = 1.0) -> tuple[Any, Any, Any]:
    """Return times, v at these times, and the times of the spikes, for pulses on two synapses.

    Between pulses v decays, exactly; each pulse has an entry before and one after it.

    Examples
    --------
    >>> [len(answer_to_pulses(gap, LEAK)[2]) for gap in (0.0, 0.005, 0.01, 0.02)]
    [25, 25, 12, 0]
    """
    arrivals = np.sort(np.concatenate(pulse_times(gap, time)))
    at, v, last = 0.0, 0.0, 0.0
    times, voltages, spikes = [0.0], [0.0], []
    for arrival in arrivals:
        # A few points in between draw the decay as the curve that it is.
        for part in (0.25, 0.5, 0.75, 1.0):
            at = last + part * (arrival - last)
            times.append(at)
            voltages.append(v * float(np.exp(-leak * (at - last))))
        v = voltages[-1] + PUSH
        if v >= THRESHOLD:
            spikes.append(float(arrival))
            times.append(float(arrival))
            voltages.append(THRESHOLD)
            v = 0.0
        times.append(float(arrival))
        voltages.append(v)
        last = float(arrival)
    return np.array(times), np.array(voltages), np.array(spikes)

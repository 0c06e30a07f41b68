"""Make evidence.csv from the real history without the program: `python tests/answers/make_evidence.py`.

pandas, scipy and statsmodels read the files, follow the axes by plain loops, count and average what followed, and weigh
it twice more: by Newey and West's standard error of a regression on the label, and by a bootstrap that lists every
session of every draw. Not run by the tests; needs `pip install pandas scipy statsmodels`.
"""

from __future__ import annotations

import bisect
import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT.parent / "shared" / "market" / "daily"
OUTPUT = Path(__file__).with_name("evidence.csv")
CYCLICAL, DEFENSIVE = ("XLF", "XLI", "XLY"), ("XLU", "XLP", "XLV")
DRAWS, SEED = 20_000, 20_221_230
DRAWN = {
    ("regime", "RISK-ON", "IWM", 21), ("regime", "RISK-OFF", "SPY", 21), ("regime", "NARROW", "IWM/SPY", 21),
    ("leadership", "LAGGING", "IWM", 63), ("confirmation", "CONFIRMED", "IWM", 21), ("market", "DOWN", "SPY", 5),
    ("composite", "lowest fifth", "IWM", 21), ("signal RSI", "votes down", "IWM/SPY", 63),
}  # fmt: skip
WORDS = {
    "leadership": ("LAGGING", "FLAT", "LEADING"),
    "confirmation": ("DENIED", "MIXED", "CONFIRMED"),
    "market": ("DOWN", "SIDEWAYS", "UP"),
}
COLUMNS = (
    "kind", "label", "target", "horizon", "days", "episodes", "mean", "others_mean", "vol", "others_vol", "worst_fall",
    "others_worst_fall", "hac_se", "hac_vol_se", "low", "high", "vol_low", "vol_high",
)  # fmt: skip
HEAD = """\
# What followed each label on the real history, {n} sessions from {first} to {last}: derived figures only. Made by
# make_evidence.py with pandas, scipy and statsmodels, without the program. hac_se: Newey-West standard error of the
# difference to all other days, lags of 1.5 horizons; hac_vol_se: of the volatility's, which lasts longer, lags of
# max(60, 2 horizons). low, high, vol_low, vol_high: 95 % by a bootstrap of {draws:,} draws with a seed of its own, for
# some rows, widened as bootstrap.widening says. A label that was never held has no row.
"""


def read(ticker):
    return pd.read_csv(SOURCE / f"{ticker}.csv", index_col="date", parse_dates=True)


def sign(a, b):
    """Above, at (to 1e-12) or below."""
    tie = (a - b).abs() <= 1e-12 * np.maximum(a.abs(), b.abs())
    return np.sign(a - b).mask(tie, 0.0).where(a.notna() & b.notna())


def place(x, n):
    low, high = x.rolling(n).min(), x.rolling(n).max()
    return 2 * (x - low) / (high - low) - 1


def follow(score, enter, leave):
    """States with hysteresis and a dwell of ten closes; NaN before the first score."""
    state, asked_for, count, begun, out = 0, 0, 0, False, []
    for s in score:
        begun = begun or not math.isnan(s)
        if math.isnan(s):
            count = 0
        else:
            ask = 1 if s >= enter else -1 if s <= -enter else 0 if state * s <= leave else state
            count = 0 if ask == state else count + 1 if ask == asked_for else 1
            asked_for = ask
            if count == 10:
                state, count = ask, 0
        out.append(state if begun else math.nan)
    return pd.Series(out, score.index)


def ema(x, n, seeded_on):
    """Seeded with the mean of the n values up to a row."""
    out = np.full(len(x), math.nan)
    out[seeded_on] = x.iloc[seeded_on - n + 1 : seeded_on + 1].mean()
    for row in range(seeded_on + 1, len(x)):
        out[row] = out[row - 1] + 2 / (n + 1) * (x.iloc[row] - out[row - 1])
    return pd.Series(out, x.index)


def macd_histogram(close):
    line = ema(close, 12, 25) - ema(close, 26, 25)
    return line - ema(line, 9, 33)


def rsi(x):
    change, out = x.diff(), np.full(len(x), math.nan)
    rise, fall = change.clip(lower=0), -change.clip(upper=0)
    up, down = rise.iloc[1:15].mean(), fall.iloc[1:15].mean()
    for row in range(14, len(x)):
        if row > 14:
            up, down = (up * 13 + rise.iloc[row]) / 14, (down * 13 + fall.iloc[row]) / 14
        out[row] = 100 * up / (up + down)
    return pd.Series(out, x.index)


def volume_votes(bars):
    relative = bars.volume / bars.volume.rolling(20).mean().shift()
    high63, change = bars.close.rolling(63).max(), bars.close.diff()
    out = []
    for many, high, close, moved in zip(relative, high63, bars.close, change, strict=True):
        if math.isnan(many):
            out.append(math.nan)
        elif many < 2:
            out.append(0.0)
        elif moved < 0:
            out.append(-1.0)
        else:
            out.append(math.nan if math.isnan(high) else float(close >= high and moved > 0))
    return pd.Series(out, bars.index)


def fifths(score):
    """1 to 5 by the rank among all scores so far, 252 at least."""
    seen, out = [], []
    for s in score:
        if math.isnan(s):
            out.append(math.nan)
            continue
        bisect.insort(seen, s)
        below, equal = bisect.bisect_left(seen, s), bisect.bisect_right(seen, s) - bisect.bisect_left(seen, s)
        rank = (below + equal / 2) / len(seen)
        out.append(min(math.floor(rank * 5), 4) + 1 if len(seen) >= 252 else math.nan)
    return pd.Series(out, score.index)


def readings():
    """One column a kind, its label as a word, None where it isn't known; and the three levels to follow."""
    spy, iwm, qqq = read("SPY"), read("IWM"), read("QQQ")
    ratio = (iwm.adj_close / spy.adj_close).dropna()
    days, mean = ratio.index, ratio.rolling(50).mean()
    votes = [sign(ratio, mean), sign(ratio, ratio.rolling(200).mean()), sign(mean, mean.shift(20)), place(ratio, 63)]
    leading = (votes[0] + votes[1] + votes[2] + votes[3]) / 4
    sector = {}
    for name in CYCLICAL + DEFENSIVE:
        over = (read(name).adj_close / spy.adj_close).dropna()
        sector[name] = sign(over, over.rolling(50).mean())
    # Whole numbers until the last division, so that a sum of nothing is nothing.
    apart = sum(sector[n] for n in CYCLICAL) - sum(sector[n] for n in DEFENSIVE)
    confirming = apart.reindex(spy.index).rolling(5).sum().round() / 30
    trending = spy.adj_close / spy.adj_close.rolling(200).mean() - 1
    axes = pd.DataFrame({
        "leadership": follow(leading, 0.5, 0.0),
        "confirmation": follow(confirming, 0.33, 0.01).reindex(days),
        "market": follow(trending, 0.01, 0.0).reindex(days),
    })  # fmt: skip
    out = pd.DataFrame(index=days)
    out["regime"] = [regime(*row) for row in axes.itertuples(index=False)]
    for axis, words in WORDS.items():
        out[axis] = [None if math.isnan(s) else words[int(s) + 1] for s in axes[axis]]
    close, histogram = iwm.close, macd_histogram(iwm.close)
    versus = (iwm.adj_close / qqq.adj_close).dropna().pct_change(20).reindex(iwm.index)
    slope = sign(histogram, histogram.shift())
    size = 1e-12 * close
    level = np.sign(histogram).mask(histogram.abs() <= size, 0.0)
    slope = slope.mask((histogram - histogram.shift()).abs() <= size, 0.0)
    signals = {
        "trend": (sign(close, close.rolling(50).mean()) + sign(close, close.rolling(200).mean())) / 2,
        "RSI": (rsi(iwm.adj_close) - 50) / 50,
        "MACD": (level + slope) / 2,
        "Fibonacci": place(close, 126),
        "volume": volume_votes(iwm),
        "ratio": leading,
        "sectors": confirming.reindex(days),
        "breadth": (versus / 0.05).clip(-1, 1),
    }
    table = pd.DataFrame(signals)
    score = (50 + 50 * table.mean(axis=1)).where(table.notna().sum(axis=1) >= 5)
    names = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
    out["composite"] = fifths(score).map(dict(enumerate(names, 1)))
    for name, vote in signals.items():
        out[f"signal {name}"] = np.sign(vote.round(12)).map({1.0: "votes up", 0.0: "votes neither", -1.0: "votes down"})
    levels = {"IWM": iwm.adj_close[days], "SPY": spy.adj_close[days], "IWM/SPY": ratio}
    return out.astype(object).where(out.notna(), None), levels


def regime(leadership, confirmation, market):
    if math.isnan(leadership) or math.isnan(market):
        return None
    if market == -1 or (leadership == -1 and confirmation == -1):
        return "RISK-OFF"
    if market == 1 and leadership == 1 and confirmation != -1:
        return "RISK-ON"
    return "NARROW" if market == 1 and leadership == -1 else "NEUTRAL"


def after(level, horizon):
    """Return, volatility and deepest fall of the closes t + 1 to t + 1 + horizon, by a loop."""
    prices, rows = level.to_numpy(), []
    for t in range(len(prices)):
        window = prices[t + 1 : t + 2 + horizon]
        if len(window) <= horizon:
            rows.append((math.nan,) * 3)
            continue
        vol = np.std(np.diff(np.log(window)), ddof=1) * math.sqrt(252)
        rows.append((window[-1] / window[0] - 1, vol, (window / np.maximum.accumulate(window) - 1).min()))
    return pd.DataFrame(rows, level.index, ["returns", "vol", "fall"])


def hac(values, held, lags):
    """The Newey-West standard error of the difference of the means, by a regression on the label."""
    known = sm.add_constant(held.astype(float))
    return float(sm.OLS(values, known).fit(cov_type="HAC", cov_kwds={"maxlags": lags}).bse.iloc[1])


def runs(held):
    return int((held & ~held.shift(fill_value=False)).sum())


def bootstrapped(values, held, horizon, seed):
    """Both ends of the 95 % interval, from all sessions of all draws, widened."""
    n, block = len(values), max(60, 2 * horizon)
    count, rng, drawn = -(-n // block), np.random.default_rng(seed), []
    values, mask = values.to_numpy(), held.to_numpy()
    for _ in range(DRAWS):
        rows = np.concatenate([np.arange(at, at + block) for at in rng.integers(0, n, count)])[:n] % n
        v, m = values[rows], mask[rows]
        drawn.append(v[m].mean() - v[~m].mean() if m.any() and not m.all() else math.nan)
    known = np.array([d for d in drawn if not math.isnan(d)])
    few = min(n / block, runs(held), runs(~held)) - 1
    widen = math.sqrt((n / block) / (n / block - 1) / (1 - horizon / (3 * block)))
    widen *= stats.t.ppf(0.975, few) / stats.norm.ppf(0.975)
    return np.percentile(known.mean() + widen * (known - known.mean()), [2.5, 97.5])


def rows(labels, levels):
    futures = {(name, h): after(level, h) for name, level in levels.items() for h in (5, 21, 63)}
    for kind in labels:
        for label in labels[kind].dropna().unique():
            for (target, horizon), future in futures.items():
                counted = labels[kind].notna() & future.returns.notna()
                held = (labels[kind] == label) & counted
                yield row((kind, label, target, horizon), runs(held), held[counted], future[counted])


def row(key, episodes, held, future):
    mine, others, horizon = future[held], future[~held], key[-1]
    out = [*key, int(held.sum()), episodes]
    out += [mine.returns.mean(), others.returns.mean(), mine.vol.mean(), others.vol.mean(), mine.fall.min()]
    out += [others.fall.min(), hac(future.returns, held, round(1.5 * horizon))]
    out += [hac(future.vol, held, max(60, 2 * horizon))]
    if key in DRAWN:
        out += [*bootstrapped(future.returns, held, horizon, SEED), *bootstrapped(future.vol, held, horizon, SEED + 1)]
    return out + [""] * (len(COLUMNS) - len(out))


def main():
    labels, levels = readings()
    with OUTPUT.open("w", newline="") as file:
        first, last = (str(labels.index[at].date()) for at in (0, -1))
        file.write(HEAD.format(n=len(labels), first=first, last=last, draws=DRAWS))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for values in rows(labels, levels):
            writer.writerow([f"{v:.12g}" if isinstance(v, float) else v for v in values])


if __name__ == "__main__":
    main()

-- Function queries (bf, boost); each is a float8 and none can fail on a value.

-- name: number
-- A constant.
CAST({value} AS float8)

-- name: int_field
-- A numeric field; 0 when the document has none.
COALESCE(CAST(d.fields -> {field} ->> 0 AS float8), 0)

-- name: date_field
-- A date field as a moment.
CAST(d.fields -> {field} ->> 0 AS timestamptz)

-- name: moment
-- A moment.
CAST({value} AS timestamptz)

-- name: since_epoch
-- Milliseconds since 1970; 0 when the document has no date.
COALESCE(CAST(extract(epoch FROM {value}) AS float8) * 1000, 0)

-- name: between
-- Milliseconds between two moments.
COALESCE(CAST(extract(epoch FROM ({a0} - {a1})) AS float8) * 1000, 0)

-- name: sub
-- Difference.
({a0} - {a1})

-- name: div
-- Quotient; nothing is added when the divisor is 0.
({a0} / NULLIF({a1}, 0))

-- name: pow
-- A power, within what a float can hold.
CASE WHEN {a0} > 0 AND abs({a1} * ln(GREATEST({a0}, 1e-300))) < 700 THEN power({a0}, {a1}) END

-- name: abs
-- Without the sign.
abs({a0})

-- name: sqrt
-- The square root of what is not negative.
sqrt(GREATEST({a0}, 0))

-- name: log
-- The decimal logarithm of what is positive.
CASE WHEN {a0} > 0 THEN log({a0}) END

-- name: ln
-- The natural logarithm of what is positive.
CASE WHEN {a0} > 0 THEN ln({a0}) END

-- name: recip
-- a / (m*x + b): recip(x, m, a, b), which falls as x grows.
({a2} / NULLIF({a1} * {a0} + {a3}, 0))

-- name: linear
-- m*x + c: linear(x, m, c).
({a1} * {a0} + {a2})

-- name: field
-- A field's value.
({a0})

-- name: max
-- The highest.
GREATEST({values})

-- name: min
-- The lowest.
LEAST({values})

-- name: safe
-- What cannot be computed counts 0.
COALESCE({value}, 0)

-- name: weighted
-- A function with a weight of its own.
({value} * CAST({factor} AS float8))

-- name: added
-- A score with an addition.
({score} + {value})

-- name: multiplied
-- A score with a factor.
({score} * {value})

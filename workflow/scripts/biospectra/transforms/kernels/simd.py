"""Sixteen float32 side by side: explicit SIMD for numba kernels.

LLVM's own vectoriser gives up on a butterfly of an FFT, which reads and writes more places than
it is willing to prove distinct. Here a value of type ``Lanes`` is sixteen floats in one (AVX-512)
or more registers, with arithmetic between them, so that a kernel says what it means and compiles
to that on any processor. Only numba's public extension interface is used.

In a kernel: ``load(array, index)`` and ``store(array, index, lanes)`` work on a flat array from
element ``index``; ``+ - *`` between lanes, and between a float32 and lanes.
"""

import operator

import llvmlite.ir as ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, overload, register_model

LANES = 16
FLOATS = ir.VectorType(ir.FloatType(), LANES)
INTS = ir.VectorType(ir.IntType(32), LANES)
FAST = ("nnan", "ninf", "nsz", "arcp", "contract", "afn")


class LanesType(types.Type):
    """Numba type of sixteen float32."""

    def __init__(self):
        super().__init__(name="Lanes16")


lanes = LanesType()


@register_model(LanesType)
class LanesModel(models.PrimitiveModel):
    """How it is held: as one LLVM vector.

    Parameters
    ----------
    manager, kind : object
        Numba's own.
    """

    def __init__(self, manager, kind):
        super().__init__(manager, kind, FLOATS)


def _splat(builder, value):
    zero = ir.Constant(ir.IntType(32), 0)
    single = builder.insert_element(ir.Constant(FLOATS, ir.Undefined), value, zero)
    mask = ir.Constant(INTS, [0] * LANES)
    return builder.shuffle_vector(single, ir.Constant(FLOATS, ir.Undefined), mask)


def _constant(value):
    return ir.Constant(FLOATS, [value] * LANES)


def _at(context, builder, kind, array, index, vector=FLOATS):
    data = cgutils.create_struct_proxy(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def _binary(name):
    @intrinsic
    def operation(typing, left, right):
        def build(context, builder, signature, arguments):
            left, right = (
                value if kind == lanes else _splat(builder, value)
                for kind, value in zip(signature.args, arguments, strict=True)
            )
            return getattr(builder, name)(left, right, flags=FAST)

        single = types.float32
        left = left if left == lanes else single
        right = right if right == lanes else single
        return lanes(left, right), build

    return operation


def _define(symbol, operation):
    @overload(symbol)
    def _typed(left, right):
        if lanes in (left, right):
            return lambda left, right: operation(left, right)
        return None


for _name, _symbols in (
    ("fadd", (operator.add, operator.iadd)),
    ("fsub", (operator.sub, operator.isub)),
    ("fmul", (operator.mul, operator.imul)),
):
    _operation = _binary(_name)
    for _symbol in _symbols:
        _define(_symbol, _operation)


@intrinsic
def load(typing, array, index):
    """Sixteen elements of a flat float32 array from an index."""

    def build(context, builder, signature, arguments):
        pointer = _at(context, builder, signature.args[0], *arguments)
        return builder.load(pointer, align=4, typ=FLOATS)

    return lanes(array, types.intp), build


@intrinsic
def store(typing, array, index, value):
    """Write sixteen elements of a flat float32 array from an index."""

    def build(context, builder, signature, arguments):
        pointer = _at(context, builder, signature.args[0], *arguments[:2])
        builder.store(arguments[2], pointer, align=4)
        return context.get_dummy_value()

    return types.none(array, types.intp, lanes), build


@intrinsic
def spread(typing, value):
    """Sixteen times one float32."""

    def build(context, builder, signature, arguments):
        return _splat(builder, arguments[0])

    return lanes(types.float32), build


@intrinsic
def square_root(typing, value):
    """Square root of each lane."""

    def build(context, builder, signature, arguments):
        kind = ir.FunctionType(FLOATS, [FLOATS])
        root = cgutils.get_or_insert_function(builder.module, kind, "llvm.sqrt.v16f32")
        return builder.call(root, arguments, fastmath=FAST)

    return lanes(lanes), build


@intrinsic
def larger(typing, left, right):
    """The larger of two, lane by lane."""

    def build(context, builder, signature, arguments):
        above = builder.fcmp_ordered(">", *arguments)
        return builder.select(above, *arguments)

    return lanes(lanes, lanes), build


# log2(1 + x) on [0, 1), a least-squares fit at Chebyshev nodes with both ends held: right to 3e-6,
# which is 0.00001 dB.
LOG2 = (1.44252727, -0.71791348, 0.45654041, -0.27596896, 0.12010026, -0.02528551)


def _level(builder, power, gain, offset):
    """Round ``gain log2(power) + offset`` into 0 to 255, as i32."""

    def ints(value):
        return ir.Constant(INTS, [value] * LANES)

    tiny = _constant(1e-30)
    power = builder.select(builder.fcmp_ordered(">", power, tiny), power, tiny)
    bits = builder.bitcast(power, INTS)
    exponent = builder.sub(builder.lshr(bits, ints(23)), ints(127))
    mantissa = builder.or_(builder.and_(bits, ints(0x7FFFFF)), ints(0x3F800000))
    x = builder.fsub(builder.bitcast(mantissa, FLOATS), _constant(1.0), flags=FAST)
    value = _constant(LOG2[-1])
    for coefficient in LOG2[-2::-1]:
        value = builder.fmul(value, x, flags=FAST)
        value = builder.fadd(value, _constant(coefficient), flags=FAST)
    value = builder.fmul(value, x, flags=FAST)
    value = builder.fadd(value, builder.sitofp(exponent, FLOATS), flags=FAST)
    value = builder.fmul(value, _splat(builder, gain), flags=FAST)
    value = builder.fadd(value, _splat(builder, offset), flags=FAST)
    low, high = _constant(0.0), _constant(255.0)
    value = builder.select(builder.fcmp_ordered(">", value, low), value, low)
    value = builder.select(builder.fcmp_ordered("<", value, high), value, high)
    value = builder.fadd(value, _constant(0.5), flags=FAST)
    return builder.fptoui(value, INTS)


@intrinsic
def store_levels(typing, array, index, power, gain, offset):
    """Write sixteen levels ``gain log2(power) + offset`` to a flat uint8 array."""
    octets = ir.VectorType(ir.IntType(8), LANES)

    def build(context, builder, signature, arguments):
        array, index, power, gain, offset = arguments
        level = builder.trunc(_level(builder, power, gain, offset), octets)
        pointer = _at(context, builder, signature.args[0], array, index, octets)
        builder.store(level, pointer, align=1)
        return context.get_dummy_value()

    single = types.float32
    return types.none(array, types.intp, lanes, single, single), build


@intrinsic
def levels(typing, power, gain, offset):
    """Levels ``gain log2(power) + offset``, 0 to 255, as bits of lanes; for ``pack``."""

    def build(context, builder, signature, arguments):
        return builder.bitcast(_level(builder, *arguments), FLOATS)

    return lanes(lanes, types.float32, types.float32), build


@intrinsic
def pack(typing, first, second, third, fourth):
    """Four levels of each lane in its four bytes, the first lowest."""

    def build(context, builder, signature, arguments):
        packed = builder.bitcast(arguments[0], INTS)
        for shift, value in zip((8, 16, 24), arguments[1:], strict=True):
            shifted = builder.shl(builder.bitcast(value, INTS), ir.Constant(INTS, [shift] * LANES))
            packed = builder.or_(packed, shifted)
        return builder.bitcast(packed, FLOATS)

    return lanes(lanes, lanes, lanes, lanes), build


@intrinsic
def transpose(typing, source, at, pitch, target, to, stride):
    """Transpose a block of 16 by 16 elements of 32 bits.

    Lane i of the sixteen rows that begin at ``source[at]``, ``source[at + pitch]``, ... goes to
    the sixteen times four bytes from element ``to + i * stride`` of ``target``, of any type.
    """

    def build(context, builder, signature, arguments):
        source, at, pitch, target, to, stride = arguments
        rows = []
        for row in range(LANES):
            index = builder.add(at, builder.mul(pitch, ir.Constant(pitch.type, row)))
            pointer = _at(context, builder, signature.args[0], source, index)
            rows.append(builder.load(pointer, align=4, typ=FLOATS))
        half = LANES // 2
        # Perfect shuffles: four rounds of interleaving row i with row i + 8 transpose 16 by 16.
        low = [side * LANES + i for i in range(half) for side in (0, 1)]
        high = [side * LANES + i + half for i in range(half) for side in (0, 1)]
        for _ in range(4):
            rows = [
                builder.shuffle_vector(rows[i], rows[i + half], ir.Constant(INTS, mask))
                for i in range(half)
                for mask in (low, high)
            ]
        for row, value in enumerate(rows):
            index = builder.add(to, builder.mul(stride, ir.Constant(stride.type, row)))
            pointer = _at(context, builder, signature.args[3], target, index)
            builder.store(value, pointer, align=1)
        return context.get_dummy_value()

    step = types.intp
    return types.none(source, step, step, target, step, step), build

"""Reads coded readings of a frame as docs/frame-coding.md describes them; written from that page alone.

Usage: decode_frame.py < code > text, a line for each batch and each reading.
"""
import struct
import sys

WORD = (1 << 64) - 1
UNITS = [10**9, 10**6, 10**3, 1]
FOLLOWS = [16, 12, 8, 4, 2]


def wrap(value):
    value &= WORD
    return value - (1 << 64) if value >> 63 else value


class Code:
    def __init__(self, data):
        self.data, self.at = data, 0
        self.range, self.code = 1 << 48, 0
        for _ in range(3):
            self.code = self.code << 16 | self.word()

    def word(self):
        two = self.data[self.at:self.at + 2].ljust(2, b"\0")
        self.at += 2
        return two[0] << 8 | two[1]

    def shift(self):
        if self.range < 1 << 32:
            self.range <<= 16
            self.code = self.code << 16 | self.word()

    def bit(self, context):
        chance, uses = context
        ones = (self.range >> 16) * chance
        rate = int(65536 / (uses + 1.6))
        if self.code < ones:
            bit = 1
            self.range = ones
            chance += ((0xFFFF - chance) * rate) >> 16
        else:
            bit = 0
            self.code -= ones
            self.range -= ones
            chance -= (chance * rate) >> 16
        context[:] = chance, min(88, uses + 1)
        self.shift()
        return bit

    def plain(self, bits):
        value = 0
        while bits > 0:
            now = min(16, bits)
            self.range >>= now
            part = min(self.code // self.range, (1 << now) - 1)
            self.code -= part * self.range
            self.shift()
            value = value << now | part
            bits -= now
        return value

    def number(self):
        if not self.plain(1):
            return 0
        bits = self.plain(6)
        return 1 << bits | self.plain(bits)

    def signed(self):
        number = self.number()
        return wrap((number >> 1) ^ -(number & 1))


def contexts(count):
    return [[0x8000, 0] for _ in range(count)]


class Symbol:
    def __init__(self, bits, follows=True):
        self.bits, self.last, self.follows = bits, 0, follows
        self.contexts = [contexts(1 << bits) for _ in range(1 << bits if follows else 1)]

    def read(self, code):
        node = 1
        for _ in range(self.bits):
            node = 2 * node + code.bit(self.contexts[self.last][node])
        symbol = node - (1 << self.bits)
        self.last = symbol if self.follows else 0
        return symbol


class Residual:
    def __init__(self, noise=0):
        self.noise, self.last = noise, 0
        self.lengths, self.leading, self.signs = contexts(65), contexts(65 * 8), contexts(3)

    def read(self, code):
        length = 0
        while length < 64 and code.bit(self.lengths[length]):
            length += 1
        magnitude, left = min(1, length), length - 1
        while left > 0 and magnitude < 8:
            magnitude = magnitude << 1 | code.bit(self.leading[8 * length + magnitude])
            left -= 1
        if left > 0:
            magnitude = magnitude << left | code.plain(left)
        magnitude = magnitude << self.noise | code.plain(self.noise)
        if not magnitude & WORD:
            return 0
        negative = code.bit(self.signs[self.last])
        self.last = 1 if negative else 2
        return wrap(-magnitude if negative else magnitude)


class Column:
    def __init__(self, jumps=False):
        self.jumps, self.step, self.level = jumps, 0, 0
        self.way, self.same, self.steps, self.levels = Symbol(3), contexts(1), Residual(), Residual()
        self.jumped, self.sizes, self.models = contexts(2), Residual(), {}

    def read(self, first, count, code):
        numbers = [first]
        if count < 2:
            return numbers
        way = self.way.read(code)
        if not code.bit(self.same[0]):
            self.step = wrap(self.step + self.steps.read(code))
        self.level += self.levels.read(code)
        usual = self.level if self.level < 2 else 3 << (self.level - 2)
        ahead, seen, jumped, step = 0, 1, 0, wrap(self.step << 16)
        for _ in range(count - 1):
            k = 1
            if self.jumps:
                jumped = code.bit(self.jumped[jumped])
                k = self.sizes.read(code) if jumped else 1
            bits = usual.bit_length()
            model = self.models.setdefault(bits, Residual(max(0, bits - 9)))
            residual = model.read(code)
            usual += min(abs(residual), 1 << 58) - (usual >> 4)
            foretold = wrap(ahead + step * k)
            difference = wrap(residual + (foretold >> 16))
            numbers.append(wrap(numbers[-1] + difference))
            error = wrap((difference << 16) - foretold)
            seen += 1
            if way == 6 and abs(error) > (abs(step) // 8) * (1 if step >= 0 else -1):
                ahead, seen = 0, 1
            elif way >= 5:
                ahead = wrap(error // seen - error)
            else:
                ahead = wrap((wrap(error * FOLLOWS[way]) >> 4) - error)
        return numbers


class Times:
    def __init__(self):
        self.measured, self.delays, self.arrivals = Column(True), Column(), Column()
        self.firsts, self.first_delays = [Residual() for _ in UNITS], [Residual() for _ in UNITS]
        self.unit, self.how, self.delay_unit = Symbol(2), Symbol(2), Symbol(2)
        self.first = 0

    def read(self, count, code):
        which = self.unit.read(code)
        unit = UNITS[which]
        counted = wrap(self.firsts[which].read(code) + self.first // unit)
        measured = [wrap(each * unit) for each in self.measured.read(counted, count, code)]
        self.first = measured[0]
        how = self.how.read(code)
        if how == 0:
            return measured, measured
        which = self.delay_unit.read(code)
        unit = UNITS[which]
        delay = self.first_delays[which].read(code)
        if how == 1:
            delays = self.delays.read(delay, count, code)
            return measured, [wrap((at // unit + late) * unit) for at, late in zip(measured, delays)]
        arrivals = self.arrivals.read(wrap(delay + measured[0] // unit), count, code)
        return measured, [wrap(at * unit) for at in arrivals]


class Values:
    def __init__(self):
        self.same, self.digits = contexts(1), (-1, -1, -1)
        self.changed, self.places, self.recent = contexts(3), Residual(), []
        self.zeros = Symbol(5)
        self.columns, self.first_models, self.firsts = [Column() for _ in "nbt"], [Residual() for _ in "nbt"], [0, 0, 0]

    def read(self, count, texts, code):
        if not code.bit(self.same[0]):
            self.digits = code.plain(5) - 1, code.plain(2) - 1, code.plain(5) - 1
        shapes = self.shapes(count, code)
        lanes = [shape[0] for shape in shapes]
        zeros = self.zeros.read(code) if 5 in lanes else 0
        numbers = []
        for column, mine in enumerate(((1, 2, 3, 4), (5,), (6,))):
            size = sum(lane in mine for lane in lanes)
            found = []
            if size:
                self.firsts[column] = wrap(self.firsts[column] + self.first_models[column].read(code))
                found = self.columns[column].read(self.firsts[column], size, code)
            numbers.append(iter(found))
        return [self.reading(shape, numbers, zeros, texts) for shape in shapes]

    def shapes(self, count, code):
        shapes, before = [], 2
        for _ in range(count):
            before = code.bit(self.changed[before])
            if before:
                place = self.places.read(code)
                if place == len(self.recent):
                    shape = self.shape(code)
                    del self.recent[63:]
                else:
                    shape = self.recent.pop(place)
                self.recent.insert(0, shape)
            shapes.append(self.recent[0])
        return shapes

    @staticmethod
    def shape(code):
        lane, kind, grade, origin = code.plain(3), code.plain(3), code.plain(4), code.plain(1)
        scale = (code.number() & 0xFF ^ 0x80) - 0x80
        status = code.number() & 0xFFFFFFFF
        tests = 0
        if grade in (11, 12):
            grade -= 8
            tests = code.number() * 2
        return lane, kind, grade or 9, origin, scale, status, tests

    def reading(self, shape, numbers, zeros, texts):
        lane, kind, grade, origin, scale, status, tests = shape
        decimals, trimmed, floats = self.digits
        value = "0"
        if 1 <= lane <= 4:
            x = next(numbers[0])
            if lane == 2:
                x = x // 10 ** (decimals - scale)
            elif lane == 3:
                scale = decimals
                while scale > trimmed and x % 10 == 0:
                    x //= 10
                    scale -= 1
                kind = 5 if scale else 3
            elif lane == 4 and kind == 2:
                x = struct.unpack(">i", struct.pack(">f", x / 10**floats))[0]
            elif lane == 4:
                x = struct.unpack(">q", struct.pack(">d", x / 10**floats))[0]
            value = str(x)
        elif lane == 5:
            x = next(numbers[1])
            if kind == 2:
                x = (x ^ ((x & 0xFFFFFFFF) >> 31) * 0x7FFFFFFF) << zeros & 0xFFFFFFFF
                value = str(x - (1 << 32) if x >> 31 else x)
            else:
                value = str(wrap((x ^ (WORD >> 1 if x < 0 else 0)) << zeros))
        elif lane == 6:
            value = texts[next(numbers[2])].encode("utf-16-be", "surrogatepass").hex()
        return f"{kind} {value} {scale} {grade} {status} {origin} {tests}"


def texts_in(data, count):
    texts, at = [], 0
    for _ in range(count):
        head, shift = 0, 0
        while True:
            head |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if data[at - 1] < 128:
                break
        part = data[at:at + head // 2]
        at += head // 2
        texts.append(part.decode("utf-16-be", "surrogatepass") if head & 1 else part.decode("utf-8"))
    return texts


def boot(code):
    if code.plain(1):
        hexadecimal = "%032x" % code.plain(128)
        return "-".join(hexadecimal[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    return texts_in(bytes(code.plain(8) for _ in range(code.number())), 1)[0]


def series_of(code):
    groups, first = code.number(), code.signed()
    steps, counts, size, found = Residual(), Residual(), 1, []
    for group in range(groups):
        first += steps.read(code) + 1 if group else 0
        size += counts.read(code)
        found.append((first, size))
    if code.plain(1):
        raise ValueError("readings that are not series by series")
    return found


def decode(data, out):
    code = Code(data)
    times, values = Times(), Values()
    for _ in range(code.number()):
        name = boot(code)
        monotonic, utc, trust = code.signed(), code.signed(), code.plain(2)
        size = code.number()
        print(f"batch {name} {monotonic} {utc} {trust} {size}", file=out)
        if size == 0:
            continue
        series = series_of(code)
        texts = []
        distinct = code.number()
        if distinct:
            length, symbol = code.number(), Symbol(8, False)
            texts = texts_in(bytes(symbol.read(code) for _ in range(length)), distinct)
        for number, count in series:
            measured, received = times.read(count, code)
            for at, arrived, reading in zip(measured, received, values.read(count, texts, code)):
                print(f"{number} {at} {arrived} {reading}", file=out)


if __name__ == "__main__":
    decode(sys.stdin.buffer.read(), sys.stdout)

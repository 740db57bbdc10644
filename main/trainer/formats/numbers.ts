/** Number types that weights are stored in, little-endian; what is not float32 becomes it when it is read. */

export const numberTypes = ['F32', 'F16', 'BF16', 'F64', 'I64'] as const
export type NumberType = (typeof numberTypes)[number]

export const bytesPerNumber: Readonly<Record<NumberType, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8 }

/** Bounds on a tensor's description: PyTorch has no more axes, and no file that is read has more bytes. */
export const mostAxes = 64
export const largestSize = 2 ** 31 - 1
export const longestName = 1000

/** Whole numbers stay whole; of float64, what float32 cannot hold is rounded. */
export function decodeNumbers(type: NumberType, bytes: Uint8Array): Float32Array | BigInt64Array {
  // A copy, because a typed array may not begin anywhere in a file.
  const { buffer } = new Uint8Array(bytes)
  switch (type) {
    case 'F32':
      return new Float32Array(buffer)
    case 'I64':
      return new BigInt64Array(buffer)
    case 'F64':
      return Float32Array.from(new Float64Array(buffer))
    case 'BF16':
      // The upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer)
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf)
  }
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Files that hold one icon in several sizes, each as a PNG. */

/**
 * Windows' icon: https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)
 * @param {ReadonlyMap<number, Buffer>} images by size; those above 256 have no place in it
 */
export function ico(images) {
  const entries = [...images].filter(([size]) => size <= 256)
  const header = Buffer.alloc(6 + 16 * entries.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(entries.length, 4)
  let offset = header.length
  for (const [index, [size, png]] of entries.entries()) {
    const at = 6 + 16 * index
    // 0 stands for 256.
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([header, ...entries.map(([, png]) => png)])
}

/** macOS's types that take a PNG, and their sizes in pixels; it scales 16 pixels down from `ic11`. */
const appleTypes = /** @type {const} */ ([['ic11', 32], ['ic12', 64], ['ic07', 128], ['ic13', 256], ['ic08', 256], ['ic14', 512], ['ic09', 512], ['ic10', 1024]])

/**
 * Apple's icon: https://en.wikipedia.org/wiki/Apple_Icon_Image_format
 * @param {ReadonlyMap<number, Buffer>} images by size
 */
export function icns(images) {
  const blocks = appleTypes.flatMap(([type, size]) => {
    const png = images.get(size)
    return png === undefined ? [] : [block(type, png)]
  })
  return block('icns', Buffer.concat(blocks))
}

/** @param {string} type @param {Buffer} content */
function block(type, content) {
  const head = Buffer.alloc(8, type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}

/** A few bytes of an image's content, which tell it from what its file held before: an address that names them may be kept for good. */
const bytesTold = 4

/** Of the table `image`. */
export const versionSql = `lower(hex(substr(image.content_hash, 1, ${bytesTold})))`

export function versionOf(contentHash: Uint8Array): string {
  return Buffer.from(contentHash.subarray(0, bytesTold)).toString('hex')
}

import type { Locator } from 'playwright-core'

/** Of the picture once it has arrived. A thumbnail may give way to the picture itself meanwhile; then that is looked at. */
export async function pixelsOf(picture: Locator): Promise<{ readonly width: number; readonly height: number }> {
  for (let triesLeft = 3; ; triesLeft--) {
    const size = await picture.evaluate(async (element) => {
      const image = element as HTMLImageElement
      image.scrollIntoView({ block: 'nearest' })
      await image.decode().catch(() => {})
      return image.isConnected && image.complete ? { width: image.naturalWidth, height: image.naturalHeight } : null
    })
    if (size) return size
    if (triesLeft === 0) throw new Error('The picture was replaced over and over.')
  }
}

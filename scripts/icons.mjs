/** Draws resources/icon.png, 512 pixels wide, from icon.svg. */
import path from 'node:path'
import sharp from 'sharp'

const resources = path.resolve(import.meta.dirname, '../resources')
await sharp(path.join(resources, 'icon.svg')).resize(512, 512).png({ compressionLevel: 9, palette: true }).toFile(path.join(resources, 'icon.png'))

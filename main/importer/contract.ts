/** What a decoding thread is asked. Pixels are always the same ones: see `decode.ts`. */
import * as v from 'valibot'
import { command } from '../../shared/rpc.ts'

export const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'bmp'] as const

/** How an image becomes a square: padded with black, or its centre cut out. */
const FitSchema = v.picklist(['pad', 'crop'])
export type Fit = v.InferOutput<typeof FitSchema>

const TakenSchema = v.object({
  /** By the camera's own clock, in milliseconds as if it stood at UTC. */
  takenAt: v.nullable(v.number()),
  /** Maker and model. */
  camera: v.nullable(v.string()),
})

/** What an image looks like, small enough to compare a million of them: see `look.ts`. */
const LookSchema = v.object({ look: v.instance(Uint8Array), tone: v.instance(Uint8Array) })
export type Look = v.InferOutput<typeof LookSchema>

const ExifSchema = v.object({ ...TakenSchema.entries, tags: v.array(v.object({ name: v.string(), value: v.string() })) })
export type Exif = v.InferOutput<typeof ExifSchema>

const InspectionSchema = v.object({
  /** From the content, whatever the file's name says. */
  format: v.picklist(formats),
  /** As seen: after the EXIF orientation. */
  width: v.number(),
  height: v.number(),
  bytes: v.number(),
  /** SHA-256 of the file, 32 bytes. */
  hash: v.instance(Uint8Array),
  ...TakenSchema.entries,
  ...LookSchema.entries,
})
export type Inspection = v.InferOutput<typeof InspectionSchema>

/** `alone`: no other image is being decoded, so that one of any size within the limit may be. */
const asked = { file: v.string(), alone: v.boolean() }

export const decoderContract = {
  commands: {
    inspect: command(v.object(asked), InspectionSchema),
    pixels: command(v.object({ ...asked, size: v.number(), fit: FitSchema }), v.instance(Uint8Array)),
    exif: command(v.object({ file: v.string() }), ExifSchema),
    picture: command(v.object({ ...asked, maxSide: v.number() }), v.instance(Uint8Array)),
  },
  events: {},
}
export type DecoderContract = typeof decoderContract

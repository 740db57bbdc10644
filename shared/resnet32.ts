/** The shape of ResNet-32 with RIDE's experts: what the network is built from, what is counted, what is drawn. */

/** Residual blocks of each of the three stages, with two convolutions each (He et al. 2016, section 4.2). */
export const blocksPerStage = 5

/** Channels of the stem and of the first stage, which all experts share. */
export const trunkChannels = 16

/** Channels of an expert's own two stages; `reduced` narrows them to three quarters, as RIDE does. */
export const expertChannels = { reduced: [24, 48], full: [32, 64] } as const satisfies Record<string, readonly [middle: number, last: number]>

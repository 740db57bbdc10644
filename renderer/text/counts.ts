/** Counts with their noun, alike wherever they are said. */
import type { Split } from '../../shared/contract/common.ts'
import { splitWords } from '../../shared/splits.ts'
import { useNumberFormat } from '../composables/useNumberFormat.ts'

const { counted } = useNumberFormat()

export const imagesOf = (count: number): string => counted(count, 'image')
export const classesOf = (count: number): string => counted(count, 'class', 'classes')
export const imagesOfSplit = (count: number, split: Split): string => counted(count, `${splitWords[split]} image`)

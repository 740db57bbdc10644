/** The cells: a muted diagonal, errors as strong as their share, hatching where there is too little evidence. */
import { columnsInSight, rowsInSight, squareOf, type Viewport } from './geometry.ts'
import { tooLittleEvidence, type Matrix } from './matrix.ts'
import type { Look } from './look.ts'
import type { Channels } from './palette.ts'
import { strengthOf } from './strength.ts'

/** Cells from this edge on hold their number. */
const numberedCell = 26
/** Cells from this edge on stand apart by a pixel. */
export const spacedCell = 6
/** Cells under this edge are painted as pixels: a hundred thousand of them in one pass. */
const pixelCell = 3
/** Cells from this edge on are hatched themselves. */
const hatchedCell = 4
/** Smaller ones stand back instead. */
const weakly = 0.7

export function drawCells(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const { palette } = look
  context.save()
  context.fillStyle = palette.ground
  context.fillRect(view.left, view.top, view.width, view.height)
  context.beginPath()
  context.rect(view.left, view.top, view.width, view.height)
  context.clip()
  drawHatchedRows(context, matrix, view, look)
  if (view.cell >= spacedCell) drawGrid(context, view, look)
  if (view.cell < pixelCell) drawPixels(context, matrix, view, look)
  else eachInSight(matrix, view, (row, cell) => drawCell(context, matrix, view, look, row, cell))
  context.restore()
}

function eachInSight(matrix: Matrix, view: Viewport, draw: (row: number, cell: number) => void): void {
  const [firstRow, endRow] = rowsInSight(view)
  const [firstColumn, endColumn] = columnsInSight(view)
  for (let row = firstRow; row < endRow; row++) {
    for (let cell = matrix.starts[row]!; cell < matrix.starts[row + 1]!; cell++) {
      const column = matrix.column[cell]!
      if (column >= firstColumn && column < endColumn) draw(row, cell)
    }
  }
}

/** How opaque a cell is. */
function alphaOf(matrix: Matrix, row: number, cell: number, view: Viewport, { measure, minEvidence }: Look): number {
  const isError = matrix.column[cell] !== matrix.diagonal[row]
  const support = matrix.support[row]!
  const strength = strengthOf({ count: matrix.count[cell]!, support, isError }, measure, matrix.mostErrors)
  return view.cell < hatchedCell && support < minEvidence ? strength * weakly : strength
}

function drawCell(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look, row: number, cell: number): void {
  const { palette } = look
  const column = matrix.column[cell]!
  const { x, y, edge } = squareOf(view, { row, column })
  // Whole pixels keep small cells crisp, though a pixel uneven.
  const [left, top] = [Math.round(x), Math.round(y)]
  const gap = edge >= spacedCell ? 1 : 0
  const [wide, high] = [Math.round(x + edge) - left - gap, Math.round(y + edge) - top - gap]
  const isError = column !== matrix.diagonal[row]
  const alpha = alphaOf(matrix, row, cell, view, look)
  const isStrong = isError && alpha > palette.onErrorFrom
  context.globalAlpha = alpha
  context.fillStyle = isError ? palette.error : palette.right
  context.fillRect(left, top, wide, high)
  context.globalAlpha = 1
  if (tooLittleEvidence({ support: matrix.support[row]! }, look.minEvidence) && edge >= hatchedCell) {
    context.fillStyle = isStrong ? palette.hatchOnError : palette.hatch
    context.fillRect(left, top, wide, high)
  }
  if (edge < numberedCell) return
  const [count, support] = [matrix.count[cell]!, matrix.support[row]!]
  context.font = `${isError ? 600 : 400} ${palette.fontSize}px ${palette.family}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = isStrong ? palette.onError : palette.ink
  context.fillText(look.measure === 'counts' ? count.toLocaleString('en') : `${Math.round((100 * count) / support)}`, left + wide / 2, top + high / 2 + 0.5)
}

/**
 * Every cell in sight as pixels of the screen, at least two of them wide, or errors of a matrix of a thousand classes
 * would not be seen. Where cells fall on the same pixel, the strongest error stays.
 */
function drawPixels(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const ratio = context.getTransform().a
  const [width, height] = [Math.ceil(view.width * ratio), Math.ceil(view.height * ratio)]
  if (width === 0 || height === 0) return
  const pixels = new ImageData(width, height)
  const packed = new Uint32Array(pixels.data.buffer)
  const [error, right] = [packedColour(look.palette.errorChannels), packedColour(look.palette.rightChannels)]
  const strength = new Uint8Array(width * height)
  const edge = Math.max(2, Math.round(view.cell * ratio))
  eachInSight(matrix, view, (row, cell) => {
    const column = matrix.column[cell]!
    const isError = column !== matrix.diagonal[row]
    const alpha = Math.round(alphaOf(matrix, row, cell, view, look) * 255)
    // Errors lie over what was right, however strong that is.
    const rank = isError ? 64 + Math.round(alpha * 0.75) : alpha >> 2
    const colour = (isError ? error : right) | (alpha << 24)
    const [left, top] = [Math.max(0, Math.floor((column * view.cell - view.scrollX) * ratio)), Math.max(0, Math.floor((row * view.cell - view.scrollY) * ratio))]
    for (let y = top; y < Math.min(height, top + edge); y++) {
      for (let x = left; x < Math.min(width, left + edge); x++) {
        const at = y * width + x
        if (strength[at]! >= rank) continue
        strength[at] = rank
        packed[at] = colour
      }
    }
  })
  const layer = new OffscreenCanvas(width, height)
  layer.getContext('2d')!.putImageData(pixels, 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(layer, view.left, view.top, width / ratio, height / ratio)
}

/** As a little-endian machine reads red, green, blue, and an opacity of none. */
function packedColour([red, green, blue]: Channels): number {
  return red | (green << 8) | (blue << 16)
}

function drawGrid(context: CanvasRenderingContext2D, view: Viewport, { palette }: Look): void {
  context.fillStyle = palette.line
  const thickness = view.cell >= 16 ? 1 : 0.5
  const [first, end] = columnsInSight(view)
  for (let column = first; column <= end; column++) context.fillRect(view.left + column * view.cell - view.scrollX - thickness, view.top, thickness, view.height)
  const [top, bottom] = rowsInSight(view)
  for (let row = top; row <= bottom; row++) context.fillRect(view.left, view.top + row * view.cell - view.scrollY - thickness, view.width, thickness)
}

function drawHatchedRows(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const [first, end] = rowsInSight(view)
  context.fillStyle = look.palette.faintHatch
  for (let row = first; row < end; row++) {
    if (!tooLittleEvidence({ support: matrix.support[row]! }, look.minEvidence)) continue
    context.fillRect(view.left, squareOf(view, { row, column: 0 }).y, view.width, Math.max(0.5, view.cell))
  }
}

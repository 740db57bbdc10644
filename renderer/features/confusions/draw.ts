/** Paints the matrix: names and group bands in the margins, a muted diagonal, strong errors, hatching for too little evidence. */
import type { Group } from '../../../shared/tail.ts'
import { inSight, labelStep, squareOf, type Viewport } from './geometry.ts'
import { isError, shareOf, tooLittleEvidence, type Cell, type Matrix, type Position } from './matrix.ts'
import type { Palette } from './palette.ts'

export interface Look {
  readonly measure: 'counts' | 'shares'
  readonly minEvidence: number
  readonly palette: Palette
}

/** Rarer groups have the wider band, so that they are told apart without colour too. */
const bandWidth: Readonly<Record<Group, number>> = { many: 2, medium: 4, few: 6 }
const bandGap = 4
export const bandSpace = bandWidth.few + 2 * bandGap
const lineHeight = 13
const fontSize = 11
/** Cells from this edge on hold their number. */
const numberedCell = 26
/** Cells from this edge on stand apart by a pixel. */
const spacedCell = 6
/** Errors never get smaller than this, or a matrix of a thousand classes would look empty. */
const leastMark = 1.6
/** Names lie flat beside rows and slant above columns where there is room, stand upright where there is not. */
const slantedCell = 20

export function drawMatrix(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const { palette } = look
  context.save()
  context.fillStyle = palette.ground
  context.fillRect(view.left, view.top, view.side, view.side)
  context.beginPath()
  context.rect(view.left, view.top, view.side, view.side)
  context.clip()
  drawHatchedRows(context, matrix, view, look)
  if (view.cell >= spacedCell) drawGrid(context, view, palette)
  const [firstRow, endRow] = inSight(view, view.scrollY)
  const [firstColumn, endColumn] = inSight(view, view.scrollX)
  for (const cell of matrix.cells) {
    if (cell.row < firstRow || cell.row >= endRow || cell.column < firstColumn || cell.column >= endColumn) continue
    drawCell(context, matrix, view, look, cell)
  }
  context.restore()
  drawMargins(context, matrix, view, palette)
}

function drawGrid(context: CanvasRenderingContext2D, view: Viewport, palette: Palette): void {
  context.fillStyle = palette.line
  const thickness = view.cell >= 16 ? 1 : 0.5
  const [first, end] = inSight(view, view.scrollX)
  for (let column = first; column <= end; column++) context.fillRect(view.left + column * view.cell - view.scrollX - thickness, view.top, thickness, view.side)
  const [top, bottom] = inSight(view, view.scrollY)
  for (let row = top; row <= bottom; row++) context.fillRect(view.left, view.top + row * view.cell - view.scrollY - thickness, view.side, thickness)
}

/** How strongly a cell is filled, in [0, 1]. */
function strength(matrix: Matrix, cell: Cell, measure: Look['measure']): number {
  if (measure === 'shares') return shareOf(cell) ?? 0
  return isError(cell) ? Math.sqrt(cell.count / Math.max(1, matrix.mostErrors)) : (shareOf(cell) ?? 0)
}

function drawCell(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look, cell: Cell): void {
  const { palette } = look
  const { x, y, edge } = squareOf(view, cell)
  // Whole pixels keep small cells crisp, though a pixel uneven.
  const [left, top] = edge >= 2 ? [Math.round(x), Math.round(y)] : [x, y]
  const gap = edge >= spacedCell ? 1 : 0
  const wide = edge >= 2 ? Math.round(x + edge) - left - gap : leastMark
  const high = edge >= 2 ? Math.round(y + edge) - top - gap : leastMark
  const error = isError(cell)
  const weak = tooLittleEvidence(cell, look.minEvidence)
  const value = strength(matrix, cell, look.measure)
  const alpha = (error ? 0.28 + 0.72 * Math.sqrt(value) : 0.08 + 0.3 * value) * (weak ? 0.45 : 1)
  context.globalAlpha = alpha
  context.fillStyle = error ? palette.error : palette.right
  context.fillRect(left, top, wide, high)
  context.globalAlpha = 1
  if (weak && edge >= 4) {
    context.fillStyle = palette.hatch
    context.fillRect(left, top, wide, high)
  }
  if (edge >= numberedCell) {
    const share = shareOf(cell)
    const text = look.measure === 'counts' ? cell.count.toLocaleString('en') : share === null ? '' : `${Math.round(share * 100)}`
    context.font = `${error ? 600 : 400} ${fontSize}px ${palette.family}`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillStyle = error && alpha > 0.55 ? palette.onError : palette.ink
    context.fillText(text, left + wide / 2, top + high / 2 + 0.5)
  }
}

function drawHatchedRows(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const [first, end] = inSight(view, view.scrollY)
  context.fillStyle = look.palette.faintHatch
  for (let row = first; row < end; row++) {
    if (!tooLittleEvidence(matrix.classes[row]!, look.minEvidence)) continue
    context.fillRect(view.left, squareOf(view, { row, column: 0 }).y, view.side, Math.max(0.5, view.cell))
  }
}

function drawMargins(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, palette: Palette): void {
  const [firstRow, endRow] = inSight(view, view.scrollY)
  const [firstColumn, endColumn] = inSight(view, view.scrollX)
  const step = labelStep(view, lineHeight)
  context.save()
  context.beginPath()
  context.rect(0, view.top - lineHeight / 2, view.left, view.side + lineHeight)
  context.clip()
  for (let row = firstRow; row < endRow; row++) {
    const { group, name } = matrix.classes[row]!
    const { y } = squareOf(view, { row, column: 0 })
    context.fillStyle = palette[group]
    context.fillRect(view.left - bandGap - bandWidth[group], y, bandWidth[group], Math.max(0.5, view.cell - (view.cell >= spacedCell ? 1 : 0)))
    if (row % step === 0) rowName(context, view, name, row, palette, palette.inkSoft)
  }
  context.restore()
  context.save()
  for (let column = firstColumn; column < endColumn; column++) {
    const { group, name } = matrix.classes[column]!
    const { x } = squareOf(view, { row: 0, column })
    if (x < view.left - 0.5) continue
    context.fillStyle = palette[group]
    context.fillRect(x, view.top - bandGap - bandWidth[group], Math.max(0.5, view.cell - (view.cell >= spacedCell ? 1 : 0)), bandWidth[group])
    if (column % step === 0) columnName(context, view, name, column, palette, palette.inkSoft)
  }
  context.restore()
}

function rowName(context: CanvasRenderingContext2D, view: Viewport, name: string, row: number, palette: Palette, colour: string): void {
  const { y } = squareOf(view, { row, column: 0 })
  const room = view.left - bandSpace - 4
  context.font = `${fontSize}px ${palette.family}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = colour
  context.fillText(shortened(context, name, room), view.left - bandSpace, y + view.cell / 2)
}

function columnName(context: CanvasRenderingContext2D, view: Viewport, name: string, column: number, palette: Palette, colour: string): void {
  const { x } = squareOf(view, { row: 0, column })
  const slanted = view.cell >= slantedCell
  context.save()
  context.translate(x + view.cell / 2, view.top - bandSpace)
  context.rotate(slanted ? -Math.PI / 4 : -Math.PI / 2)
  context.font = `${fontSize}px ${palette.family}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillStyle = colour
  context.fillText(shortened(context, name, (view.top - bandSpace - 4) * (slanted ? 1.3 : 1)), 0, 0)
  context.restore()
}

/** The crosshair through a cell, with both of its names legible whatever the size of the matrix. */
export function drawCrosshair(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, position: Position, palette: Palette, firm: boolean): void {
  const { x, y, edge } = squareOf(view, position)
  const size = Math.max(edge, leastMark)
  context.save()
  context.beginPath()
  context.rect(0, 0, view.left + view.side + 2, view.top + view.side + 2)
  context.clip()
  context.fillStyle = palette.crosshair
  context.fillRect(view.left, y, view.side, size)
  context.fillRect(x, view.top, size, view.side)
  context.strokeStyle = palette.focus
  context.lineWidth = firm ? 2 : 1
  const grown = Math.max(size, 5)
  context.strokeRect(x + size / 2 - grown / 2 - 0.5, y + size / 2 - grown / 2 - 0.5, grown, grown)
  context.restore()

  const row = matrix.classes[position.row]
  const column = matrix.classes[position.column]
  if (!row || !column) return
  context.font = `600 ${fontSize}px ${palette.family}`
  const rowText = shortened(context, row.name, view.left - bandSpace - 4)
  const rowWidth = context.measureText(rowText).width
  plate(context, view.left - bandSpace - rowWidth - 4, y + edge / 2 - 9, rowWidth + 8, palette)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = palette[`${row.group}Ink`]
  context.fillText(rowText, view.left - bandSpace, y + edge / 2)

  const slanted = view.cell >= slantedCell
  context.save()
  context.translate(x + edge / 2, view.top - bandSpace)
  context.rotate(slanted ? -Math.PI / 4 : -Math.PI / 2)
  const columnText = shortened(context, column.name, (view.top - bandSpace - 4) * (slanted ? 1.3 : 1))
  plate(context, -4, -9, context.measureText(columnText).width + 8, palette)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillStyle = palette[`${column.group}Ink`]
  context.fillText(columnText, 0, 0)
  context.restore()
}

/** What lies under a crosshair's name, so that the thinned-out names do not shine through. */
function plate(context: CanvasRenderingContext2D, x: number, y: number, width: number, palette: Palette): void {
  context.fillStyle = palette.plate
  context.beginPath()
  context.roundRect(x, y, width, 18, 4)
  context.fill()
}

/** Cuts a name with an ellipsis so that it fits. */
function shortened(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (context.measureText(name).width <= room) return name
  let length = Math.min(name.length, 40)
  while (length > 1 && context.measureText(`${name.slice(0, length)}…`).width > room) length -= 1
  return `${name.slice(0, length)}…`
}

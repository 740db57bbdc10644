/** What surrounds the cells: names and bands of the groups, what was searched for, and the crosshair of the cursor. */
import { groups, type Group } from '../../../shared/tail.ts'
import { cutName } from '../../ui/cutName.ts'
import { spacedCell } from './drawCells.ts'
import { columnsInSight, labelStep, rowsInSight, squareOf, type Viewport } from './geometry.ts'
import type { Line } from './lines.ts'
import type { Look } from './look.ts'
import { isFound, type Matrix, type Position } from './matrix.ts'
import type { Palette } from './palette.ts'

/** Rarer groups have the wider band, so that they are told apart without colour too. */
const bandWidth: Readonly<Record<Group, number>> = { many: 2, medium: 4, few: 6 }
const bandGap = 4
export const bandSpace = bandWidth.few + 2 * bandGap
const lineHeight = 13
/** Names lie flat beside rows and slant above columns where there is room, stand upright where there is not. */
export const slantedCell = 20
/** What is found is painted through all the cells where it is no more than this. */
const mostCrossed = 24

export function drawMargins(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, look: Look): void {
  const found = { rows: foundIn(matrix.rows, look), columns: foundIn(matrix.columns, look) }
  drawFound(context, view, found, look.palette)
  context.save()
  context.beginPath()
  context.rect(0, view.top - lineHeight / 2, view.left, view.height + lineHeight)
  context.clip()
  const thickness = Math.max(0.5, view.cell - (view.cell >= spacedCell ? 1 : 0))
  const named = namesAt(rowsInSight(view), labelStep(view, lineHeight), found.rows)
  for (let row = rowsInSight(view)[0]; row < rowsInSight(view)[1]; row++) {
    const { y } = squareOf(view, { row, column: 0 })
    band(matrix.rows[row]!, look.palette, (width, from, share) => context.fillRect(view.left - bandGap - width, y + from * thickness, width, share * thickness), context)
    if (named.has(row)) rowName(context, view, matrix.rows[row]!, row, look.palette, found.rows.has(row))
  }
  context.restore()
  context.save()
  const above = namesAt(columnsInSight(view), labelStep(view, lineHeight), found.columns)
  for (let column = columnsInSight(view)[0]; column < columnsInSight(view)[1]; column++) {
    const { x } = squareOf(view, { row: 0, column })
    if (x < view.left - 0.5) continue
    band(matrix.columns[column]!, look.palette, (width, from, share) => context.fillRect(x + from * thickness, view.top - bandGap - width, share * thickness, width), context)
    if (above.has(column)) columnName(context, view, matrix.columns[column]!, column, look.palette, found.columns.has(column))
  }
  context.restore()
}

/** A folder's band is divided as its classes are. */
function band({ mix, classIds }: Line, palette: Palette, fill: (width: number, from: number, share: number) => void, context: CanvasRenderingContext2D): void {
  let from = 0
  for (const group of groups) {
    if (mix[group] === 0) continue
    const share = mix[group] / classIds.length
    context.fillStyle = palette[group]
    fill(bandWidth[group], from, share)
    from += share
  }
}

function foundIn(lines: readonly Line[], { search }: Look): ReadonlySet<number> {
  return search.trim() === '' ? new Set() : new Set(lines.flatMap((line, n) => (isFound(line, search) ? [n] : [])))
}

/** The names that are written: every so manieth, and of what is found as many as have room, which come first. */
function namesAt([first, end]: readonly [number, number], step: number, found: ReadonlySet<number>): ReadonlySet<number> {
  const written = new Set<number>()
  const isFree = (at: number): boolean => {
    for (let near = at - step + 1; near < at + step; near++) if (written.has(near)) return false
    return true
  }
  for (const at of found) if (at >= first && at < end && isFree(at)) written.add(at)
  for (let at = Math.ceil(first / step) * step; at < end; at += step) if (isFree(at)) written.add(at)
  return written
}

function drawFound(context: CanvasRenderingContext2D, view: Viewport, { rows, columns }: { readonly rows: ReadonlySet<number>; readonly columns: ReadonlySet<number> }, palette: Palette): void {
  const thickness = Math.max(1, view.cell)
  context.save()
  context.beginPath()
  context.rect(view.left, view.top, view.width, view.height)
  context.clip()
  context.fillStyle = palette.crosshair
  if (rows.size <= mostCrossed) for (const row of rows) context.fillRect(view.left, squareOf(view, { row, column: 0 }).y, view.width, thickness)
  if (columns.size <= mostCrossed) for (const column of columns) context.fillRect(squareOf(view, { row: 0, column }).x, view.top, thickness, view.height)
  context.restore()
}

function rowName(context: CanvasRenderingContext2D, view: Viewport, { name }: Line, row: number, palette: Palette, isBold: boolean): void {
  const { y } = squareOf(view, { row, column: 0 })
  context.font = `${isBold ? '600 ' : ''}${palette.fontSize}px ${palette.family}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = isBold ? palette.ink : palette.inkSoft
  context.fillText(shortened(context, name, view.left - bandSpace - 4), view.left - bandSpace, y + view.cell / 2)
}

function columnName(context: CanvasRenderingContext2D, view: Viewport, { name }: Line, column: number, palette: Palette, isBold: boolean): void {
  const { x } = squareOf(view, { row: 0, column })
  aboveColumn(context, view, x + view.cell / 2, (room) => {
    context.font = `${isBold ? '600 ' : ''}${palette.fontSize}px ${palette.family}`
    context.fillStyle = isBold ? palette.ink : palette.inkSoft
    context.fillText(shortened(context, name, room), 0, 0)
  })
}

function aboveColumn(context: CanvasRenderingContext2D, view: Viewport, x: number, write: (room: number) => void): void {
  const isSlanted = view.cell >= slantedCell
  context.save()
  context.translate(x, view.top - bandSpace)
  context.rotate(isSlanted ? -Math.PI / 4 : -Math.PI / 2)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  write((view.top - bandSpace - 4) * (isSlanted ? 1.3 : 1))
  context.restore()
}

/** The crosshair through a cell, with both of its names legible whatever the size of the matrix. */
export function drawCrosshair(context: CanvasRenderingContext2D, matrix: Matrix, view: Viewport, position: Position, palette: Palette, firm: boolean): void {
  const [row, column] = [matrix.rows[position.row], matrix.columns[position.column]]
  if (!row || !column) return
  const { x, y, edge } = squareOf(view, position)
  const size = Math.max(edge, 1.6)
  context.save()
  context.beginPath()
  context.rect(0, 0, view.left + view.width + 2, view.top + view.height + 2)
  context.clip()
  context.fillStyle = palette.crosshair
  context.fillRect(view.left, y, view.width, size)
  context.fillRect(x, view.top, size, view.height)
  context.strokeStyle = palette.focus
  context.lineWidth = firm ? 2 : 1
  const grown = Math.max(size, 5)
  context.strokeRect(x + size / 2 - grown / 2 - 0.5, y + size / 2 - grown / 2 - 0.5, grown, grown)
  context.restore()

  context.font = `600 ${palette.fontSize}px ${palette.family}`
  const rowText = shortened(context, row.name, view.left - bandSpace - 4)
  // Where names are thinned out, longer ones beside it would read on behind it.
  const isThinned = labelStep(view, lineHeight) > 1
  const rowWidth = context.measureText(rowText).width
  if (isThinned) plate(context, 0, y + edge / 2 - 9, view.left - bandSpace + 4, palette.around)
  plate(context, view.left - bandSpace - rowWidth - 4, y + edge / 2 - 9, rowWidth + 8, palette.plate)
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillStyle = palette[`${row.group}Ink`]
  context.fillText(rowText, view.left - bandSpace, y + edge / 2)
  aboveColumn(context, view, x + edge / 2, (room) => {
    const columnText = shortened(context, column.name, room)
    if (isThinned) plate(context, -4, -9, room + 8, palette.around)
    plate(context, -4, -9, context.measureText(columnText).width + 8, palette.plate)
    context.fillStyle = palette[`${column.group}Ink`]
    context.fillText(columnText, 0, 0)
  })
}

/** What lies under a crosshair's name, so that no other shines through. */
function plate(context: CanvasRenderingContext2D, x: number, y: number, width: number, colour: string): void {
  context.fillStyle = colour
  context.beginPath()
  context.roundRect(x, y, width, 18, 4)
  context.fill()
}

/** Names as they were cut, by font, room and name: measuring them takes longer than all else that is drawn of them. */
const cuts = new Map<string, string>()
const mostCuts = 8192

function shortened(context: CanvasRenderingContext2D, name: string, room: number): string {
  const key = `${context.font} ${room} ${name}`
  const known = cuts.get(key)
  if (known !== undefined) return known
  if (cuts.size >= mostCuts) cuts.clear()
  const cut = cutName(name, (words) => context.measureText(words).width <= room)
  cuts.set(key, cut)
  return cut
}

/** The rows of a CSV file of labels. */
import { pipeline, Readable } from 'node:stream'
import { parse, CsvError } from 'csv-parse'
import { splits, type Split } from '../../../shared/contract/common.ts'
import type { Reading } from '../../../shared/contract/labels.ts'
import { Failure } from '../../../shared/failure.ts'
import type { LabelRow } from './rows.ts'

/** Names of a column, as programs that write such files call it; the first that is there is meant. */
const names = {
  path: ['path', 'file', 'image', 'filename', 'file_name', 'filepath', 'file_path', 'image_path', 'image_name', 'file name'],
  label: ['class', 'label', 'category', 'class_name', 'category_name', 'species', 'class name'],
  split: ['split', 'set', 'subset'],
  source: ['source folder', 'source_folder', 'source'],
} as const

type Columns = Readonly<Record<keyof typeof names, number>>

const delimiters = [',', ';', '\t', '|'] as const
const longestRow = 1024 * 1024
const batchSize = 1000
const splitWords: ReadonlyMap<string, Split> = new Map([...splits.map((split) => [split, split] as const), ['training', 'train'], ['validation', 'val'], ['valid', 'val'], ['testing', 'test']])

/**
 * Batches of rows; `onColumns` is told first which columns are read.
 * @throws Failure `unreadable` that names line and field
 */
export async function* csvRows(text: AsyncIterable<string>, onColumns: (columns: NonNullable<Reading['columns']>) => void): AsyncGenerator<readonly LabelRow[]> {
  const { header, all } = await withHeader(text)
  const delimiter = delimiterOf(header)
  // What breaks before the parser is heard where its rows are awaited.
  const parsing = parse({ delimiter, info: true, skip_empty_lines: true, max_record_size: longestRow })
  const parser = pipeline(Readable.from(bounded(all, () => parsing.info)), parsing, () => {})
  let columns: Columns | undefined
  let batch: LabelRow[] = []
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: readonly string[]; info: { lines: number } }>) {
      if (!columns) {
        columns = columnsOf(record)
        onColumns({ path: record[columns.path]!, label: record[columns.label]!, split: record[columns.split] ?? null, source: record[columns.source] ?? null })
        continue
      }
      batch.push(rowOf(record, columns, info.lines))
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
  } catch (error) {
    throw error instanceof CsvError ? unparsed(error.code, error) : error
  }
  if (!columns) throw new Failure('unreadable', 'line 1: the file is empty. Expected a line of column names first')
  yield batch
}

/** The parser counts what stands in the fields of a row, and not the fields: a row of nothing but delimiters would fill the memory. */
async function* bounded(text: AsyncIterable<string>, soFar: () => { readonly records: number; readonly empty_lines: number; readonly lines: number }): AsyncGenerator<string> {
  let rowsBefore = 0
  let length = 0
  for await (const part of text) {
    yield part
    const { records, empty_lines: emptyLines, lines } = soFar()
    const rowsNow = records + emptyLines
    length = rowsNow === rowsBefore ? length + part.length : part.length
    rowsBefore = rowsNow
    if (length > 2 * longestRow) throw unparsed('CSV_MAX_RECORD_SIZE', { lines })
  }
}

/** The first line, of which the delimiter is known, and the text with it. */
async function withHeader(text: AsyncIterable<string>): Promise<{ readonly header: string; readonly all: AsyncIterable<string> }> {
  const iterator = text[Symbol.asyncIterator]()
  let begin = ''
  while (begin.length < longestRow && !/[\r\n]/.test(begin.trimStart())) {
    const next = await iterator.next()
    if (next.done) break
    begin += next.value
  }
  const all = (async function* () {
    yield begin
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  })()
  return { header: begin.trimStart().slice(0, longestRow).split(/[\r\n]/, 1)[0]!, all }
}

/** The one by which the header has the most columns. */
function delimiterOf(header: string): string {
  const counted = delimiters.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }))
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).delimiter
}

function columnsOf(header: readonly string[]): Columns {
  const plain = header.map((name) => name.trim().toLowerCase())
  const find = (column: keyof typeof names): number => {
    const name = names[column].find((one) => plain.includes(one))
    if (name !== undefined && plain.indexOf(name) !== plain.lastIndexOf(name)) throw new Failure('unreadable', `line 1: two columns are named ${JSON.stringify(name)}. Rename the one that is not meant`)
    return name === undefined ? -1 : plain.indexOf(name)
  }
  const columns = { path: find('path'), label: find('label'), split: find('split'), source: find('source') }
  const found = `Its columns are ${header.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}${header.length > 10 ? ', ...' : ''}`
  if (columns.path < 0) throw new Failure('unreadable', `line 1: no column holds the files. Expected one named ${names.path.slice(0, 4).join(', ')}. ${found}`)
  if (columns.label < 0) throw new Failure('unreadable', `line 1: no column holds the classes. Expected one named ${names.label.slice(0, 3).join(', ')}. ${found}`)
  return columns
}

function rowOf(record: readonly string[], columns: Columns, line: number): LabelRow {
  const path = record[columns.path]!
  if (path.trim() === '') throw new Failure('unreadable', `line ${line}, field "${names.path[0]}": it is empty. Expected the path of an image`)
  const label = record[columns.label]!
  const written = (record[columns.split] ?? '').trim()
  const split = splitWords.get(written.toLowerCase())
  if (written !== '' && !split) throw new Failure('unreadable', `line ${line}, field "split": ${JSON.stringify(written.slice(0, 40))} is no split. Expected train, val or test`)
  return { line, path, source: record[columns.source] || null, labels: label.trim() === '' ? [] : [label], split: split ?? null }
}

function unparsed(code: string, { lines = 1, column, message }: { readonly lines?: number; readonly column?: unknown; readonly message?: string }): Failure {
  const field = typeof column === 'number' ? `, field ${column + 1}` : ''
  const words: Readonly<Record<string, string>> = {
    CSV_MAX_RECORD_SIZE: 'the row is longer than 1 MB, so this is no list of images, or a quote is missing',
    CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
    CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'the row has another number of fields than the header',
    INVALID_OPENING_QUOTE: 'a quote stands in the middle of a field. Expected the whole field in quotes, with quotes inside doubled',
    CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote. Expected the end of the field',
  }
  return new Failure('unreadable', `line ${lines}${field}: ${words[code] ?? message ?? code}`)
}

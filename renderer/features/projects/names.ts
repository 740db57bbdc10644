import { text } from '../../text/index.ts'

/** What is wrong with a folder's name on one system or another; empty where nothing is. */
export function faultOfName(name: string): string {
  if (name === '') return text.projects.making.nameMissing
  if (/[\\/:*?"<>|\p{Cc}]/u.test(name)) return text.projects.making.nameForbidden
  return /^\.|[. ]$/.test(name) ? text.projects.making.nameEnds : ''
}

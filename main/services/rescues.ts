/** Rescues that go on: one a folder, each ended with the program. */
import { existingPlaceOf } from '../places.ts'
import type { Projects } from './projects.ts'
import { rescueProject, type Outcome } from './rescuing.ts'

export interface Rescues {
  /** As `rescueProject`; the project is not opened before, meanwhile or after. */
  rescue(folder: string): Promise<Outcome>
  activity(): readonly string[]
  close(): Promise<void>
}

export function openRescues(projects: Projects): Rescues {
  const going = new Map<string, Promise<unknown>>()
  const ending = new AbortController()
  return {
    async rescue(folder) {
      const place = existingPlaceOf(folder)
      const release = projects.reserve(place)
      const work = rescueProject(place, ending.signal)
      going.set(place, work)
      try {
        return await work
      } finally {
        going.delete(place)
        release()
      }
    },
    activity: () => [...going.keys()].map((place) => `The project in ${place} is being rescued.`),
    async close() {
      ending.abort()
      await Promise.allSettled(going.values())
    },
  }
}

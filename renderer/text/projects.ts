/** Opening, making and closing projects. */
import type { Activity, Rescued } from '../../shared/contract/projects.ts'
import { lossSentences } from '../../shared/rescued.ts'

export const projects = {
  menu: 'Project',
  new: 'New project',
  open: 'Open project',
  openTitle: 'Open a project',
  reveal: 'Show folder',
  close: 'Close project',

  opening: 'Opening the project',
  readOnly: 'This project may only be looked at, as its folder or file may not be written to. To label, import or train, copy the folder to a place of your own, allow the copy to be written to, and open it.',

  start: {
    title: 'Start',
    lead: 'Import folders of labelled images, see the long tail, train experts for it, and see what rare classes are taken for.',
    newNote: 'An empty project in a folder of its own',
    openNote: 'A folder that holds a project',
    sample: 'Try the sample',
    sampleNote: 'Small pictures with a real long tail, ready to train',
    sampleGoing: 'The sample is being made',
    recent: 'Recent projects',
    notFound: 'not found',
    rescue: 'Rescue what can be read',
    rescuing: (folder: string) => `What can be read of ${folder} is being rescued. Of a large project this takes minutes.`,
    forget: (name: string) => `Take ${name} off this list`,
  },

  making: {
    description: 'A project is a folder of its own. It keeps labels, runs and a cache; folders of images are never written to.',
    name: 'Name',
    nameExample: 'camera-traps-2026',
    location: 'Location',
    locationTitle: 'Where the project’s folder goes',
    makes: (folder: string) => `Makes the folder ${folder}`,
    make: 'Make project',
    nameMissing: 'A name is expected.',
    nameForbidden: 'A folder’s name may not hold \\ / : * ? " < > |',
    nameEnds: 'A name that neither begins with a dot nor ends with a dot or a space is expected.',
  },

  closing: {
    title: 'Close the project?',
    keep: 'Keep open',
    /** What becomes of what goes on when the project is closed. */
    endings: {
      run: 'A run is going on. Closing the project stops it after the step it is at; it can be resumed later from the list of runs.',
      import: 'An import is going on. Closing the project ends it; what was read is kept, and importing the folder again goes on from there.',
      weights: 'Weights are being imported. Closing the project ends that; no run is made of them, and they can be imported again.',
      scoring: 'A run is being scored. Closing the project ends that; what was scored before is kept, and the run can be scored again.',
      export: 'A run is being exported. Closing the project ends that; what was at its place before is kept, and the run can be exported again.',
      guess: 'A run is guessing what images are. Closing the project ends that; what it guessed so far is kept, and it can be asked again.',
      labelsExport: 'Labels are being exported. Closing the project ends that; nothing of the export stays, and they can be exported again.',
      labelsRead: 'A file of labels is being read. Closing the project ends that; its labels are taken over whole or not at all, and the file can be read again.',
      sources: 'A folder is being looked through for images that were moved. Closing the project ends that; the images are looked for where they were, and the folder can be looked through again.',
    } satisfies Record<Activity, string>,
  },
  rescued: ({ project, keptIn, lost }: Rescued) => `${project.name} was rescued. ${lossSentences(lost).join(' ')} The damaged file lies in ${keptIn}.`,
  closedElsewhere: (name: string) => `${name} was closed in another window. It can be opened again from the list of projects.`,
}

/**
 * What the page says, in one place for each feature, ready to be said in another language: plain texts, and functions
 * where names or numbers go in. What goes wrong is said where it goes wrong, as a `Failure`.
 */
import { analysis } from './analysis.ts'
import { app } from './app.ts'
import { classPicker } from './classPicker.ts'
import { common } from './common.ts'
import { compare } from './compare.ts'
import { confusions } from './confusions.ts'
import { dataset } from './dataset.ts'
import { dial } from './dial.ts'
import { groups } from './groups.ts'
import { images } from './images.ts'
import { importing } from './importing.ts'
import { journal } from './journal.ts'
import { keys } from './keys.ts'
import { onward } from './onward.ts'
import { projects } from './projects.ts'
import { relink } from './relink.ts'
import { results } from './results.ts'
import { runs } from './runs.ts'
import { splits } from './splits.ts'
import { tail } from './tail.ts'
import { terms } from './terms.ts'
import { train } from './train.ts'
import { ui } from './ui.ts'
import { views } from './views.ts'

export const text = { analysis, app, classPicker, common, compare, confusions, dataset, dial, groups, images, importing, journal, keys, onward, projects, relink, results, runs, splits, tail, terms, train, ui, views }

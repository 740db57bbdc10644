/** A run on one page, for a reader who was not there: what was trained on what, what it reached, and what that does not say. */
import { createHash } from 'node:crypto'
import { configFacts, titleOf, type Fact } from '../../../shared/configuration.ts'
import { dialWords } from '../../../shared/dial.ts'
import { wilsonInterval } from '../../../shared/metrics.ts'
import { splitWords } from '../../../shared/splits.ts'
import { groups, imbalanceFactor } from '../../../shared/tail.ts'
import { count, counted, durationWords, percent } from '../../../shared/words.ts'
import { chip, curvesChart, shareBar, tailChart } from './charts.ts'
import type { Mistakes, ReportFacts, ScoredFacts } from './facts.ts'
import { Html, html, named } from './html.ts'
import { limitsOf } from './limits.ts'
import { style } from './style.ts'

export interface ReportAbout {
  readonly projectName: string
  readonly version: string
  readonly writtenAt: Date
  /** By image, its picture as a data URI; images that cannot be read any more are missing. */
  readonly pictures: ReadonlyMap<number, string>
}

const ends = (right: number, seen: number): string => {
  const interval = wilsonInterval(right, seen)
  return interval ? `${(100 * interval[0]).toFixed(0)} to ${(100 * interval[1]).toFixed(0)} %` : '–'
}
const date = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ') + ' UTC'

export function reportPage(facts: ReportFacts, about: ReportAbout): string {
  const { run, classes, epochs, scored } = facts
  const title = `${titleOf(run)} of ${about.projectName}`
  const digest = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`
  const body = html`
<header>
  <h1>${named(titleOf(run))}</h1>
  <p class="soft">Project ${named(about.projectName)}. Run started ${date(new Date(run.createdAt))}; report written ${date(about.writtenAt)} by RIDE Workbench ${about.version}.</p>
  ${headline(facts)}
</header>
<main>
${run.notes === '' ? html`` : html`<section class="long"><h2>Notes</h2><p class="notes">${named(run.notes)}</p></section>`}
<section>
  <h2>What it was trained on</h2>
  <p>${counted(run.trainImages, 'training image')} in ${counted(classes.length, 'class', 'classes')}: ${groups.map((group, n) => html`${n > 0 ? ', ' : ''}${chip(group)} ${count(classes.filter((one) => one.group === group).length)}`)}.
  ${imbalanceWords(classes.map(({ train }) => train))} <span class="soft">Many: more than 100 training images; medium: 20 to 100; few: fewer than 20.</span></p>
  <figure>${tailChart(classes)}</figure>
</section>
${scored ? accuracySection(scored) : html``}
${epochs.length > 0 ? html`<section><h2>How training went</h2><p class="soft">Validation accuracy in per cent, overall and by group.</p><figure>${curvesChart(epochs)}</figure></section>` : html``}
${scored && scored.mistakes.length > 0 ? mistakesSection(scored.mistakes, about.pictures) : html``}
<section><h2>How it was set up</h2>${factList(configFacts(run.config))}</section>
${answeringSection(facts)}
<section><h2>Where it ran</h2>${factList(environment(facts))}</section>
<section><h2>What these figures do not say</h2><ul>${limitsOf(facts).map((limit) => html`<li>${limit}</li>`)}</ul></section>
${scored ? classSection(scored) : html``}
</main>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${html`<meta http-equiv="Content-Security-Policy" content="${policy}">`.text}
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
${html`<title>${title}</title>`.text}
<style>${style}</style>
</head>
<body>${body.text}
</body>
</html>
`
}

function headline({ run, scored }: ReportFacts): Html {
  if (!scored) return html`<p class="lead">This run was not scored on any images of the project.</p>`
  const [all, , , few] = scored.groups
  return html`<p class="lead">${percent(all!.support ? all!.correct / all!.support : null)} of ${counted(all!.support, `${splitWords[scored.split]} image`)} right${few!.support > 0 ? html`; on the few group ${percent(few!.correct / few!.support)} (95 % interval ${ends(few!.correct, few!.support)})` : html``}.${run.status === 'finished' ? '' : ` The run did not finish: it ${run.status === 'stopped' ? 'was stopped' : `is ${run.status}`} after ${counted(run.epochsDone, 'epoch')}.`}</p>`
}

function imbalanceWords(trainCounts: readonly number[]): string {
  const factor = imbalanceFactor(trainCounts)
  return factor === null ? '' : `The largest class has ${count(Math.round(factor))} times as many as the smallest.`
}

function accuracySection({ split, groups: found, evaluation, relabelled }: ScoredFacts): Html {
  return html`<section><h2>Accuracy on ${splitWords[split]} images</h2>
<table><thead><tr><th scope="col">Classes</th><th scope="col" class="n">Images</th><th scope="col" class="n">Right</th><th scope="col" class="n">95 % interval</th><td></td></tr></thead><tbody>
${found.map(({ group, support, correct }) => html`<tr><th scope="row">${group === 'all' ? 'all' : chip(group)}</th><td class="n">${count(support)}</td><td class="n">${percent(support ? correct / support : null)}</td><td class="n">${ends(correct, support)}</td><td>${shareBar({ group, share: support ? correct / support : null, interval: wilsonInterval(correct, support) })}</td></tr>`)}
</tbody></table>
${relabelled > 0 ? html`<p class="soft">By the labels of now: ${counted(relabelled, 'image')} got another label since the run was scored.</p>` : html``}
${evaluation.experts.length > 1 ? html`<p>Each expert alone: ${evaluation.experts.map((expert, n) => html`${n > 0 ? '; ' : ''}expert ${n + 1} ${percent(expert.top1)} (few ${percent(expert.few)})`)}.</p>` : html``}
</section>`
}

function mistakesSection(mistakes: readonly Mistakes[], pictures: ReadonlyMap<number, string>): Html {
  return html`<section class="long"><h2>What rare classes are taken for</h2><ul class="mistakes">
${mistakes.map(({ actual, predicted, count: images, support, imageIds }) => html`<li>${chip(actual.group)} <b>${named(actual.name)}</b> taken for <b>${named(predicted.name)}</b>: ${count(images)} of ${count(support)}
<div class="thumbs">${imageIds.flatMap((imageId) => (pictures.has(imageId) ? [html`<img src="${pictures.get(imageId)!}" alt="">`] : []))}</div></li>`)}
</ul></section>`
}

function answeringSection({ run, scored }: ReportFacts): Html {
  const routing = scored?.evaluation.routing
  const lines = [
    ...(routing ? [html`<li>A router asks the next expert above a threshold of ${routing.threshold}: ${(routing.expertsUsed.all ?? 0).toFixed(2)} of ${run.config.experts} experts for an image, ${(routing.gigaflops.all ?? 0).toFixed(2)} GFLOPs instead of ${routing.allExperts.gigaflops.toFixed(2)}. With every expert asked it gets ${percent(routing.allExperts.top1)} (few ${percent(routing.allExperts.few)}).</li>`] : []),
    ...(run.dial ? [html`<li>Answers are shifted without training: ${dialWords(run.dial)}.</li>`] : []),
  ]
  return lines.length > 0 ? html`<section><h2>How it answers</h2><ul>${lines}</ul></section>` : html``
}

function environment({ run }: ReportFacts): Fact[] {
  return [
    { name: 'Device', value: run.device ?? 'not known' },
    { name: 'TensorFlow', value: run.tensorflow ?? 'not known' },
    { name: 'Time', value: durationWords(run.seconds) },
    { name: 'Epochs done', value: `${run.epochsDone} of ${run.config.epochs}` },
    { name: 'Training speed', value: run.imagesPerSecond === null ? 'not known' : `${count(Math.round(run.imagesPerSecond))} images/s` },
    { name: 'Memory, at most', value: run.peakMemoryBytes === null ? 'not known' : `${(run.peakMemoryBytes / 1e9).toFixed(2)} GB` },
  ]
}

function factList(facts: readonly Fact[]): Html {
  return html`<dl>${facts.map(({ name, value, term }) => html`<div><dt>${name}</dt><dd>${value}${term ? html`<span>${term}</span>` : html``}</dd></div>`)}</dl>`
}

function classSection({ perClass }: ScoredFacts): Html {
  return html`<section class="long"><h2>Every class, the rarest first</h2>
<table><thead><tr><th scope="col">Class</th><th scope="col">Group</th><th scope="col" class="n">Trained on</th><th scope="col" class="n">Images</th><th scope="col" class="n">Recall</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">Precision</th></tr></thead><tbody>
${[...perClass].reverse().map(({ name, group, train, support, correct, recall, precision }) => html`<tr><th scope="row">${named(name)}</th><td>${chip(group)}</td><td class="n">${count(train)}</td><td class="n">${count(support)}</td><td class="n">${support === 0 ? 'not tested' : percent(recall)}</td><td class="n">${ends(correct, support)}</td><td class="n">${percent(precision)}</td></tr>`)}
</tbody></table></section>`
}

/** The walls: arrows point to `shared` or downwards, one native package lives in one folder, no cycles. */
const native = (name, home, pattern) => ({
  name: `${name}-only-in-${home.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { pathNot: `^${home}` },
  to: { path: pattern ?? `(^|node_modules/)${name}(/|$)` },
})
const wall = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })

module.exports = {
  forbidden: [
    wall('no-cycles', {}, { circular: true }),
    wall('no-unresolved', {}, { couldNotResolve: true, pathNot: '^virtual:' }),
    wall('shared-is-pure', { path: '^shared/', pathNot: '\\.test\\.ts$' }, { pathNot: ['^shared/', 'node_modules/valibot/'] }, 'shared imports valibot and itself'),
    wall('contract-imports-schemas-only', { path: '^shared/contract/' }, { pathNot: ['^shared/', 'node_modules/valibot/'] }),
    wall('renderer-knows-shared-only', { path: '^renderer/', pathNot: '\\.test\\.ts$' }, { path: '^(main|e2e|scripts)/' }),
    wall('main-knows-no-renderer', { path: '^main/' }, { path: '^(renderer|e2e)/' }),
    wall('no-node-in-renderer', { path: '^renderer/', pathNot: '(\\.test\\.ts|vite\\.config\\.ts)$' }, { dependencyTypes: ['core'] }),
    wall('bridge-only-in-api', { path: '^renderer/', pathNot: '^renderer/(api|wires|wires\\.test)\\.ts$' }, { path: '^renderer/wires\\.ts$' }),
    wall('a-feature-imports-no-other', { path: '^renderer/features/([^/]+)/' }, { path: '^renderer/features/', pathNot: '^renderer/features/$1/' }),
    wall('ui-knows-no-feature', { path: '^renderer/(ui|composables)/' }, { path: '^renderer/(features|api|App|main)' }),
    wall('trainer-knows-no-store', { path: '^main/trainer/', pathNot: '\\.test\\.ts$' }, { path: '^main/(store|services|importer|shell|runtime)/' }),
    wall('store-knows-nobody', { path: '^main/store/', pathNot: '\\.test\\.ts$' }, { path: '^main/(?!store/|(atomic|plainFile|turns)\\.ts)' }),
    wall('importer-knows-no-store', { path: '^main/importer/', pathNot: '\\.test\\.ts$' }, { path: '^main/(store|services|trainer|shell)/' }),
    wall('services-reach-the-trainer-through-its-client', { path: '^main/services/', pathNot: '(\\.test\\.ts$|/fixtures/)' }, { path: '^main/trainer/', pathNot: '^main/trainer/(client|contract)\\.ts$' }),
    wall('services-know-no-shell', { path: '^main/services/' }, { path: '^main/(shell|main\\.ts|serve|cli)' }),
    wall('hosts-know-the-services-only', { path: '^main/(cli|serve|shell)/', pathNot: '\\.test\\.ts$' }, { path: '^main/(store|importer|trainer|services|runtime)/', pathNot: '^main/(services/(index|context)|trainer/(fork|client|relay))\\.ts$' }, 'a host opens the workbench and starts the trainer'),
    wall('serve-knows-no-other-host', { path: '^main/serve/' }, { path: '^main/(cli|shell)/' }),
    wall('shell-knows-no-other-host', { path: '^main/(shell/|main\\.ts)' }, { path: '^main/(cli|serve)/' }),
    wall('set-up-needs-no-package', { path: '^(setup\\.mjs$|scripts/setup/|main/runtime/)', pathNot: '\\.test\\.ts$' }, { pathNot: '^(scripts/setup/|main/runtime/)', dependencyTypesNot: ['core'] }),
    wall('tests-are-not-imported', {}, { path: '\\.test\\.ts$' }),
    native('electron', '(main/(shell/|main\\.ts)|e2e/)'),
    native('better-sqlite3', '(main/store/)'),
    native('sharp', '(main/importer/|main/.*/fixtures/|main/.*\\.test\\.ts|scripts/|e2e/)'),
    native('@tensorflow', '(main/trainer/)'),
    native('onnxruntime-web', '(main/trainer/onnx/)'),
    native('hono', '(main/serve/)', '(^|node_modules/)(hono|@hono)/'),
    native('ws', '(main/serve/|renderer/.*\\.test\\.ts)'),
    native('commander', '(main/cli/)'),
    native('cli-progress', '(main/cli/)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.vue', '.mjs', '.js', '.cjs', '.json', '.d.ts'] },
  },
}

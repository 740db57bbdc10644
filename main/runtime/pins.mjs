/** The native TensorFlow runtime that the program is made for: versions, files, sizes and hashes. */

/** TensorFlow in the Python wheels, and the npm package whose addon is built against it. */
export const TENSORFLOW_VERSION = '2.21.0'
export const ADDON_VERSION = '4.22.0'

/** TensorFlow in the archives that the npm package's own install script fetches. */
export const PREBUILT_TENSORFLOW_VERSION = '2.9.1'

/**
 * A Python package with the wheels that serve: `hashes` by Python ABI (`any` where the wheel is not bound to one).
 * @typedef {{ name: string, version: string, hashes: Readonly<Record<string, string>> }} PinnedPackage
 */

/**
 * What one kind of machine takes from the package index. `unpack` are path prefixes inside the wheels; `bytes` are of
 * the downloads (for progress) and of the peak on disk while installing (for the check of free space).
 * @typedef {{
 *   platforms: readonly string[],
 *   packages: readonly PinnedPackage[],
 *   unpack: readonly string[],
 *   downloadBytes: number,
 *   diskBytes: number,
 * }} WheelSet
 */

/** The wheels' libraries with the licences of what is in them, and the few headers that the addon's sources include. */
const libraries = [
  'tensorflow/libtensorflow_cc.',
  'tensorflow/libtensorflow_framework.',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
]

const linuxPlatforms = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64']

/** @param {string} name @param {string} version @param {string} sha256 @returns {PinnedPackage} */
const nvidia = (name, version, sha256) => ({ name: `nvidia-${name}-cu12`, version, hashes: { any: sha256 } })

/**
 * By `<variant>-<platform>-<arch>`. Windows has none: its wheels carry no libtensorflow_cc.
 * @type {Readonly<Record<string, WheelSet>>}
 */
export const wheelSets = {
  'cpu-linux-x64': {
    platforms: linuxPlatforms,
    packages: [
      {
        name: 'tensorflow-cpu',
        version: TENSORFLOW_VERSION,
        hashes: {
          cp310: 'd143e92f5c0661cdfa26eaca8f73cd2efd0ec53a68af8dec82f584ba8eb14b83',
          cp311: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
          cp312: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
          cp313: '05af7c26d35f4de910b5598c7b507e3981831a7b0f47fed9a405d995d51d7793',
        },
      },
    ],
    unpack: libraries,
    downloadBytes: 274e6,
    diskBytes: 1.2e9,
  },
  'cuda-linux-x64': {
    platforms: linuxPlatforms,
    packages: [
      {
        name: 'tensorflow',
        version: TENSORFLOW_VERSION,
        hashes: {
          cp310: '77c6f298e695ea1d283cdd7d30f8d97530cc6e92c1395a9ddbab9771c99233a4',
          cp311: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
          cp312: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
          cp313: 'e9d8da8dcab9650efb45f032ba70af2f016f907e6e0c6bda29dd101bba945406',
        },
      },
      nvidia('cublas', '12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'),
      nvidia('cuda-cupti', '12.8.90', 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182'),
      nvidia('cuda-nvcc', '12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'),
      nvidia('cuda-nvrtc', '12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'),
      nvidia('cuda-runtime', '12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'),
      nvidia('cudnn', '9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'),
      nvidia('cufft', '11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'),
      nvidia('curand', '10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'),
      nvidia('cusolver', '11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'),
      nvidia('cusparse', '12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'),
      nvidia('nccl', '2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'),
      nvidia('nvjitlink', '12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'),
    ],
    unpack: [...libraries, 'nvidia/'],
    downloadBytes: 3.2e9,
    diskBytes: 6.5e9,
  },
  'cpu-darwin-arm64': {
    platforms: ['macosx_12_0_arm64'],
    packages: [
      {
        name: 'tensorflow',
        version: TENSORFLOW_VERSION,
        hashes: {
          cp310: '6462632889e0e9ce1455b208c87b86a8c154e899407ef7d426ef1ec71647f565',
          cp311: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
          cp312: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
          cp313: 'a145ed46c58192b7c3f9916d070caf4f6afc6dc7e5511f83dd97677f4c4947f4',
        },
      },
    ],
    unpack: libraries,
    downloadBytes: 230e6,
    diskBytes: 1.2e9,
  },
}

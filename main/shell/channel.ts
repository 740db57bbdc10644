/** The one channel between a window and main, and the scheme its page and images come from. */
export const channel = 'ride'
export const scheme = 'ride'
export const origin = `${scheme}://workbench`

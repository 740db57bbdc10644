/** Whether it is the end of a class's name that tells it from others, as in folders; elsewhere it is the beginning. */
export const isToldByEnd = (name: string | null): boolean => name?.includes('/') ?? false

/** The styles that cut the name of a class where it has too little room, so that what tells it stays. */
export const clipOf = (name: string | null): string => (isToldByEnd(name) ? 'clip start' : 'clip')

/** Names of the corpora that are drawn here; apart from the generator, so that a view need not load it. */

export const SAMPLE_NAME = 'Sample corpus';
/** As it is kept in storage; under another name it can be drawn again. */
export const SECOND_NAME = 'Python, undocumented';

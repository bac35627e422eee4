/** The id of this plugin, as package.json has it, and the section of its settings in fsigk.ini. */
export const ID = 'sample-plugin'
export const SECTION = 'sample_plugin'

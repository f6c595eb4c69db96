import { openArchive } from '../archive/open-archive.ts';

/** Parts the library writes anew under names of its own; what is in them is looked at below. */
const renamedParts =
  /^(\[Content_Types\]\.xml|docProps\/.*|xl\/calcChain\.xml|xl\/sharedStrings\.xml|.*\.rels|xl\/comments\/?comments?\d*\.xml|xl\/drawings\/[^/]*\.vml)$/i;
const comparedParts = /^xl\/(workbook|styles)\.xml$|^xl\/(worksheets|tables)\/[^/]+\.xml$/;

/** Elements that hold nothing, or that mean the same when they are written in another way. */
const immaterial = new Set(
  (
    'worksheet workbook table styleSheet sheetData row c v f is t r rPr si sheetPr pageSetUpPr outlinePr dimension sheetViews sheetView selection ' +
    'pane sheetFormatPr cols col fileVersion workbookPr bookViews workbookView calcPr sheets sheet definedNames definedName fonts fills borders ' +
    'cellStyleXfs cellXfs xf alignment protection cellStyles cellStyle tableStyles font fill border left right top bottom diagonal b i u sz color ' +
    'rgbColor indexedColors colors mruColors name family charset scheme patternFill fgColor bgColor numFmts numFmt strike vertAlign vertical ' +
    'horizontal start end stop gradientFill dxfs dxf oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter headerFooter phoneticPr ' +
    'tableColumns tableColumn tableStyleInfo ext extLst absPath AlternateContent Choice Fallback revisionPtr documentId condense extend outline ' +
    'shadow pageMargins printOptions pageSetup sheetCalcPr rFont webPublishing fileRecoveryPr fileSharing legacyDrawing'
  ).split(' '),
);

/** What a person calls it, for the elements a workbook is likely to have. */
const names: Record<string, string> = {
  calculatedColumnFormula: 'the formula of a table column',
  filterColumn: 'a filter that is set',
  sortState: 'a sort order that is set',
  protectedRange: 'ranges unlocked by a password',
  oleObject: 'an embedded object',
  control: 'a form control',
  customSheetView: 'a custom view',
  scenario: 'scenarios',
  conditionalFormatting: 'conditional formatting',
  cfRule: 'conditional formatting',
  dataValidation: 'a rule for entries',
  hyperlink: 'a link',
  mergeCell: 'merged cells',
  slicer: 'a slicer',
};

/**
 * What the first package has and the second has not: whole parts, and elements of sheets, tables, styles and the workbook. With
 * `changedSheets` sheets were added or removed on purpose, so that parts are counted by kind no more.
 */
export async function findLosses(
  before: Uint8Array,
  after: Uint8Array,
  what: string,
  changedSheets: boolean,
): Promise<string[]> {
  const [old, saved] = [await readParts(before, what), await readParts(after, what)];
  const lost = new Set<string>();
  if (!changedSheets) {
    for (const name of old.names)
      if (!saved.names.has(name) && !renamedParts.test(name) && !comparedParts.test(name)) lost.add(`the part ${name}`);
  }
  for (const [element, count] of old.elements) {
    if (immaterial.has(element) || (changedSheets && count > 0 && saved.elements.has(element))) continue;
    if (count > (saved.elements.get(element) ?? 0) && !changedSheets) lost.add(names[element] ?? `<${element}>`);
  }
  if (old.protectedSheets > saved.protectedSheets && !changedSheets) lost.add('the password of a protected sheet');
  if (old.protectedBook > saved.protectedBook) lost.add('the password that protects the structure of the workbook');
  return [...lost];
}

async function readParts(bytes: Uint8Array, what: string) {
  const archive = await openArchive(bytes, what);
  const entries = (await archive.entries()).filter(({ isFolder }) => !isFolder);
  const elements = new Map<string, number>();
  let protectedSheets = 0;
  let protectedBook = 0;
  for (const entry of entries) {
    if (!comparedParts.test(entry.name)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.read(entry)) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const start = text.indexOf('<sheetData');
    const end = text.indexOf('</sheetData>');
    // The cells themselves are the library's daily work and by far the largest part.
    const outside = start === -1 || end === -1 ? text : text.slice(0, start) + text.slice(end);
    for (const [, element = ''] of outside.matchAll(/<(?:[A-Za-z0-9]+:)?([A-Za-z][A-Za-z0-9]*)/g))
      elements.set(element, (elements.get(element) ?? 0) + 1);
    if (/<sheetProtection[^>]*(password|hashValue)=/.test(outside)) protectedSheets++;
    if (/<workbookProtection[^>]*(workbookPassword|workbookHashValue)=/.test(outside)) protectedBook++;
  }
  return { names: new Set(entries.map(({ name }) => name)), elements, protectedSheets, protectedBook };
}

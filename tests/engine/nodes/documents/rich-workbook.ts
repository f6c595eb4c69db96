import { pack } from './packages.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const relationships = (...lines: string[]) =>
  `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${lines
    .map((line, i) => {
      const [type, target] = line.split(' ');
      return `<Relationship Id="rId${i + 1}" Type="${rel}/${type}" Target="${target}"/>`;
    })
    .join('')}</Relationships>`;

const row = (n: number, name: string, amount: number, price: number) =>
  `<row r="${n}"><c r="A${n}" t="inlineStr"><is><t>${name}</t></is></c><c r="B${n}"><v>${amount}</v></c><c r="C${n}" s="2"><v>${price}</v></c><c r="D${n}" s="2"><f>B${n}*$C${n}</f><v>${amount * price}</v></c><c r="E${n}" s="3"><v>${46_022 + n}</v></c></row>`;

const styles = `${head}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00&quot; kr&quot;"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="14"/><color rgb="FFFF0000"/><name val="Arial"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill></fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"><color auto="1"/></left><right/><top/><bottom style="double"><color rgb="FF00FF00"/></bottom><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" wrapText="1"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill></dxf></dxfs></styleSheet>`;

const data = `${head}<worksheet xmlns="${main}" xmlns:r="${rel}"><dimension ref="A1:G6"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="1" width="30" customWidth="1"/></cols>
<sheetData><row r="1" ht="33" customHeight="1">${['Name', 'Amount', 'Price', 'Total', 'Date'].map((text, i) => `<c r="${'ABCDE'[i]}1" s="1" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}<c r="G1" t="inlineStr"><is><t>merged</t></is></c></row>
${row(2, 'Pen', 3, 1.5)}${row(3, 'Ink', 2, 4)}${row(4, 'Übung &amp; Co', 1, 10)}<row r="6"><c r="G6" t="b"><v>1</v></c></row></sheetData>
<mergeCells count="1"><mergeCell ref="G1:H2"/></mergeCells><conditionalFormatting sqref="B2:B4"><cfRule type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>2</formula></cfRule></conditionalFormatting>
<dataValidations count="1"><dataValidation type="list" allowBlank="1" sqref="H8"><formula1>"a,b,c"</formula1></dataValidation></dataValidations>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup orientation="landscape"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>`;

const table = (columns: string) =>
  `${head}<table xmlns="${main}" id="1" name="Orders" displayName="Orders" ref="A1:E4" totalsRowShown="0"><autoFilter ref="A1:E4"/><tableColumns count="5">${columns}</tableColumns><tableStyleInfo name="TableStyleMedium9" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>`;
const plainColumns = ['Name', 'Amount', 'Price', 'Total', 'Date']
  .map((name, i) => `<tableColumn id="${i + 1}" name="${name}"/>`)
  .join('');

export interface RichOptions {
  /** A formula kept with the table column, which the library cannot write. */
  columnFormula?: boolean;
  /** A sheet that is protected by a password. */
  protectedSheet?: boolean;
}

/** A workbook with what real ones have: styles, formulas with results, a table, rules, merged cells, a macro, a part nobody knows. */
export async function richWorkbook({
  columnFormula = false,
  protectedSheet = false,
}: RichOptions = {}): Promise<Buffer> {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const columns = columnFormula
    ? plainColumns.replace(
        'name="Total"/>',
        'name="Total"><calculatedColumnFormula>Orders[[#This Row],[Amount]]*2</calculatedColumnFormula></tableColumn>',
      )
    : plainColumns;
  return await pack({
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="${type}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/><Override PartName="/xl/tables/table1.xml" ContentType="${type}.table+xml"/></Types>`,
    '_rels/.rels': relationships('officeDocument xl/workbook.xml'),
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="My sums" sheetId="2" r:id="rId2"/></sheets><definedNames><definedName name="Rate">Data!$C$2</definedName><definedName name="Area">Data!$A$1:$B$3</definedName></definedNames></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      'worksheet worksheets/sheet1.xml',
      'worksheet worksheets/sheet2.xml',
      'styles styles.xml',
      'vbaProject vbaProject.bin',
    ),
    'xl/worksheets/sheet1.xml': data,
    'xl/worksheets/_rels/sheet1.xml.rels': relationships('table ../tables/table1.xml'),
    'xl/worksheets/sheet2.xml': `${head}<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1"><f>SUM(Data!D2:D4)</f><v>22.5</v></c></row></sheetData>${protectedSheet ? '<sheetProtection password="CC1A" sheet="1"/>' : ''}</worksheet>`,
    'xl/tables/table1.xml': table(columns),
    'xl/styles.xml': styles,
    'xl/vbaProject.bin': 'not a real macro, but kept byte for byte',
  });
}

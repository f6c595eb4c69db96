import type { NodeDefinition } from '../../define-node.ts';
import { setCheckbox } from './check.ts';
import { clickElement } from './click.ts';
import { closeBrowser } from './close.ts';
import { manageCookies } from './cookies.ts';
import { answerDialogs } from './dialog.ts';
import { downloadFile } from './download.ts';
import { runPageScript } from './evaluate.ts';
import { elementExists } from './exists.ts';
import { extractAttribute } from './extract-attribute.ts';
import { extractList } from './extract-list.ts';
import { extractTable } from './extract-table.ts';
import { extractText } from './extract-text.ts';
import { fillField } from './fill.ts';
import { fillForm } from './fill-form.ts';
import { gotoPage } from './goto.ts';
import { hoverElement } from './hover.ts';
import { navigateHistory } from './navigate.ts';
import { openBrowser } from './open.ts';
import { savePdf } from './pdf.ts';
import { pressKey } from './press.ts';
import { takeScreenshot } from './screenshot.ts';
import { selectOption } from './select.ts';
import { manageTabs } from './tabs.ts';
import { typeText } from './type.ts';
import { uploadFiles } from './upload.ts';
import { waitFor } from './wait-for.ts';

export const browserNodes: readonly NodeDefinition[] = [
  openBrowser,
  gotoPage,
  clickElement,
  fillField,
  fillForm,
  typeText,
  pressKey,
  selectOption,
  setCheckbox,
  hoverElement,
  elementExists,
  waitFor,
  extractText,
  extractAttribute,
  extractTable,
  extractList,
  takeScreenshot,
  savePdf,
  uploadFiles,
  downloadFile,
  navigateHistory,
  manageTabs,
  manageCookies,
  answerDialogs,
  runPageScript,
  closeBrowser,
];

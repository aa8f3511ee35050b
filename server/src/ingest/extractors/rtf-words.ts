/** What the control words of RTF mean for the text. Rich Text Format 1.9.1 */

/** Words that stand for a sign. */
export const signs: Readonly<Record<string, string>> = {
  ...{ tab: "\t", line: "\n", lbr: "\n", emdash: "—", endash: "–", bullet: "•", lquote: "‘", rquote: "’" },
  ...{ ldblquote: "“", rdblquote: "”", emspace: " ", enspace: " ", qmspace: " ", softline: "\n" },
};

/** Parts of the text that are told on their own: the word that begins them -> `place.part`. */
export const parts: Readonly<Record<string, string>> = {
  ...{ header: "header", headerl: "header", headerr: "header", headerf: "header" },
  ...{ footer: "footer", footerl: "footer", footerr: "footer", footerf: "footer" },
  ...{ footnote: "footnote", annotation: "comment", shptxt: "textbox", docvar: "variable" },
};

/** Groups that hold text, even though `\*` says that who does not know them may pass them over. */
export const starred = new Set([
  "shpinst",
  "shptxt",
  "annotation",
  "atnauthor",
  "fldinst",
  "shppict",
  "pn",
  "upr",
  "picprop",
  "objdata",
]);

/** Groups that hold no text of the document. */
export const textless = new Set(
  (
    "colortbl listtable listoverridetable rsidtbl generator xmlnstbl latentstyles themedata colorschememapping datastore " +
    "pict sp shprslt objclass objname bkmkstart bkmkend pnseclvl nonshppict ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn " +
    "filetbl revtbl picprop atnid atndate atnref atnparent atrfstart atrfend datafield formfield blipuid panose falt fontemb " +
    "template passwordhash protusertbl wgrffmtfilter mmath oldcprops oldpprops do nextfile fname xe tc rxe ebcstart listpicture"
  ).split(" "),
);

/** Words of `{\info` -> facts. */
export const facts: Readonly<Record<string, string>> = {
  ...{ title: "title", subject: "subject", author: "author", operator: "modified_by", keywords: "keywords" },
  ...{ doccomm: "description", company: "company", manager: "manager", category: "category" },
};
export const dates: Readonly<Record<string, string>> = { creatim: "created_at", revtim: "modified_at" };
export const numbers: Readonly<Record<string, string>> = { nofpages: "pages", nofwords: "words" };

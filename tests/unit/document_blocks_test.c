/* SPDX-License-Identifier: MIT */
/* Headings, paragraphs, lists: what lines are read as. */
#include "document_fixture.h"

static const struct row rows[] = {
    {"a # heading has its level, closing marks are not of it",
     "# Sleep pills\n"
     "\n"
     "They work fast.\n"
     "\n"
     "### When to stop ###\n"
     "\n"
     "Ask first.\n",
     "heading level 1, marked: title \"Sleep pills\"\n"
     "paragraph: sentence \"They work fast.\"\n"
     "heading level 3, marked: title \"When to stop\"\n"
     "paragraph: sentence \"Ask first.\"\n"},
    {"a # heading may be numbered or bold",
     "## 2. **Costs**\n"
     "They vary.\n",
     "heading level 2, marked: title \"Costs\"\n"
     "paragraph: sentence \"They vary.\"\n"},
    {"a # without space is no heading", "#1 in town, they say.\n",
     "paragraph: sentence \"#1 in town, they say.\"\n"},
    {"an underlined line is a marked heading",
     "Sleep pills\n"
     "===========\n"
     "\n"
     "They work fast.\n"
     "\n"
     "When to stop\n"
     "------------\n"
     "\n"
     "Ask first.\n",
     "heading, marked: title \"Sleep pills\"\n"
     "paragraph: sentence \"They work fast.\"\n"
     "heading, marked: title \"When to stop\"\n"
     "paragraph: sentence \"Ask first.\"\n"},
    {"a rule under a sentence is no underline",
     "They work fast.\n"
     "---\n"
     "Ask first.\n",
     "paragraph: sentence \"They work fast.\"\n"
     "paragraph: sentence \"Ask first.\"\n"},
    {"a line in capitals is a marked heading",
     "HOW LONG IT LASTS\n"
     "Six hours or so.\n"
     "MORE ON SSRIs\n"
     "Text follows.\n",
     "heading, marked: title \"HOW LONG IT LASTS\"\n"
     "paragraph: sentence \"Six hours or so.\"\n"
     "heading, marked: title \"MORE ON SSRIs\"\n"
     "paragraph: sentence \"Text follows.\"\n"},
    {"a short line without stop is a heading by form",
     "Why People Wait\n"
     "\n"
     "Most wait for weeks.\n",
     "heading: title \"Why People Wait\"\n"
     "paragraph: sentence \"Most wait for weeks.\"\n"},
    {"a bullet without an item is nothing",
     "They help with:\n"
     "- Sleep\n"
     "-\n"
     "- Pain\n",
     "heading: title \"They help with:\"\n"
     "item of list 0, level 0: item \"Sleep\"\n"
     "item of list 0, level 0: item \"Pain\"\n"},
    {"a line that ends in a note's mark ends in the stop before it",
     "Why People Wait\n"
     "\n"
     "Most wait for weeks.[1, 2]\n"
     "\n"
     "Some do not.[3]\n",
     "heading: title \"Why People Wait\"\n"
     "paragraph: sentence \"Most wait for weeks.[1, 2]\"\n"
     "paragraph: sentence \"Some do not.[3]\"\n"},
    {"a sentence before the one with the colon is no title",
     "Why People Wait\n"
     "\n"
     "It is safe. Some complaints are:\n"
     "\n"
     "- Fear\n",
     "heading: title \"Why People Wait\"\n"
     "paragraph: sentence \"It is safe.\"; sentence \"Some complaints are:\"\n"
     "item of list 0, level 0: item \"Fear\"\n"},
    {"a line that asks is a heading by form",
     "Most wait.\n"
     "\n"
     "Is it safe?\n"
     "Mostly.\n",
     "paragraph: sentence \"Most wait.\"\n"
     "heading: title \"Is it safe?\"\n"
     "paragraph: sentence \"Mostly.\"\n"},
    {"a long line without stop is a paragraph",
     "People who tried it said that they had never before felt so much calm within so very short a "
     "time as this\n"
     "\n"
     "Most did.\n",
     "paragraph: sentence \"People who tried it said that they had never before felt so much calm "
     "within so very short a time as this\"\n"
     "paragraph: sentence \"Most did.\"\n"},
    {"a line wholly bold is a marked heading",
     "**What to bring**\n"
     "Bring a friend.\n",
     "heading, marked: title \"What to bring\"\n"
     "paragraph: sentence \"Bring a friend.\"\n"},
    {"bold words that open a sentence make no heading", "**Bring** a friend along.\n",
     "paragraph: sentence \"**Bring** a friend along.\"\n"},
    {"a horizontal rule separates and is no unit",
     "Text one.\n"
     "\n"
     "---\n"
     "\n"
     "Text two.\n"
     "\n"
     "* * *\n"
     "\n"
     "Text three.\n",
     "paragraph: sentence \"Text one.\"\n"
     "paragraph: sentence \"Text two.\"\n"
     "paragraph: sentence \"Text three.\"\n"},
    {"marks of a quotation are no words",
     "> It works.\n"
     "> It lasts.\n",
     "paragraph: sentence \"It works.\"\n"
     "paragraph: sentence \"It lasts.\"\n"},
    {"a wrapped paragraph is joined",
     "The nasal spray opened a door for people who had waited long for a cure of\n"
     "their low mood, and many of the clinics in town were glad to give it to\n"
     "people who had asked for years and had found no help in any of the older\n"
     "drugs that doctors had for them. Next comes a sentence with a capital:\n"
     "Mondays were the worst.\n"
     "\n"
     "A last one.\n",
     "paragraph: sentence \"The nasal spray opened a door for people who had waited long for a "
     "cure of\n"
     "their low mood, and many of the clinics in town were glad to give it to\n"
     "people who had asked for years and had found no help in any of the older\n"
     "drugs that doctors had for them.\"; sentence \"Next comes a sentence with a capital:\n"
     "Mondays were the worst.\"\n"
     "paragraph: sentence \"A last one.\"\n"},
    {"a sentence broken over two lines is joined",
     "The spray helps people\n"
     "who wait for weeks.\n",
     "paragraph: sentence \"The spray helps people\n"
     "who wait for weeks.\"\n"},
    {"lines that end sentences are paragraphs of their own",
     "The spray helps.\n"
     "The drip helps too.\n",
     "paragraph: sentence \"The spray helps.\"\n"
     "paragraph: sentence \"The drip helps too.\"\n"},
    {"an empty line ends a paragraph even inside a sentence",
     "The spray helps people\n"
     "\n"
     "who wait for weeks.\n",
     "heading: title \"The spray helps people\"\n"
     "paragraph: sentence \"who wait for weeks.\"\n"},
    {"every sort of bullet opens an item",
     "- one\n"
     "* two\n"
     "\xe2\x80\xa2 three\n"
     "\xe2\x80\x93 four\n"
     "\xe2\x97\xa6 five\n"
     "\xe2\x86\x92 six\n"
     "+ seven\n"
     "&bull; eight\n",
     "item of list 0, level 0: item \"one\"\n"
     "item of list 0, level 0: item \"two\"\n"
     "item of list 0, level 0: item \"three\"\n"
     "item of list 0, level 0: item \"four\"\n"
     "item of list 0, level 0: item \"five\"\n"
     "item of list 0, level 0: item \"six\"\n"
     "item of list 0, level 0: item \"seven\"\n"
     "item of list 0, level 0: item \"eight\"\n"},
    {"the bullet o is a marker unit, as it is a letter",
     "o five\n"
     "o six\n",
     "item of list 0, level 0: marker \"o\"; item \"five\"\n"
     "item of list 0, level 0: marker \"o\"; item \"six\"\n"},
    {"a dash or star without space is no bullet",
     "-5 degrees is cold.\n"
     "*Most* people say so.\n",
     "paragraph: sentence \"-5 degrees is cold.\"\n"
     "paragraph: sentence \"*Most* people say so.\"\n"},
    {"a round bullet needs no space",
     "\xe2\x80\xa2Glued\n"
     "\xe2\x80\xa2"
     "Also glued\n",
     "item of list 0, level 0: item \"Glued\"\n"
     "item of list 0, level 0: item \"Also glued\"\n"},
    {"numbers with point or brackets open items",
     "1. First\n"
     "2) Second\n"
     "(3) Third\n"
     "4.) Fourth\n",
     "item of list 0, level 0, numbered: item \"First\"\n"
     "item of list 0, level 0, numbered: item \"Second\"\n"
     "item of list 0, level 0, numbered: item \"Third\"\n"
     "item of list 0, level 0, numbered: item \"Fourth\"\n"},
    {"decimals and years open no items",
     "1.5 mg is the dose.\n"
     "2019. A year it was.\n",
     "paragraph: sentence \"1.5 mg is the dose.\"\n"
     "paragraph: sentence \"2019. A year it was.\"\n"},
    {"nested items have levels by their indent",
     "- outer\n"
     "  - inner\n"
     "    - innermost\n"
     "  - inner again\n"
     "- outer again\n",
     "item of list 0, level 0: item \"outer\"\n"
     "item of list 0, level 1: item \"inner\"\n"
     "item of list 0, level 2: item \"innermost\"\n"
     "item of list 0, level 1: item \"inner again\"\n"
     "item of list 0, level 0: item \"outer again\"\n"},
    {"a tab indents a nested item",
     "- outer\n"
     "\t- inner\n"
     "- outer again\n",
     "item of list 0, level 0: item \"outer\"\n"
     "item of list 0, level 1: item \"inner\"\n"
     "item of list 0, level 0: item \"outer again\"\n"},
    {"numbers may nest below bullets",
     "- a:\n"
     "  1. b\n"
     "  2. c\n"
     "- d\n",
     "item of list 0, level 0: item \"a:\"\n"
     "item of list 0, level 1, numbered: item \"b\"\n"
     "item of list 0, level 1, numbered: item \"c\"\n"
     "item of list 0, level 0: item \"d\"\n"},
    {"a numbered list is one to its last item, text below or not",
     "1. by drip\n"
     "2. by spray\n"
     "\n"
     "Both work.\n",
     "item of list 0, level 0, numbered: item \"by drip\"\n"
     "item of list 0, level 0, numbered: item \"by spray\"\n"
     "paragraph: sentence \"Both work.\"\n"},
    {"an item goes on over several lines",
     "- An item that runs\n"
     "  over two lines. And more.\n"
     "- Next\n",
     "item of list 0, level 0: item \"An item that runs\n"
     "  over two lines.\"; sentence \"And more.\"\n"
     "item of list 0, level 0: item \"Next\"\n"},
    {"text after a list is no item, the next list is another",
     "- Item\n"
     "\n"
     "Paragraph after.\n"
     "\n"
     "- Other list\n",
     "item of list 0, level 0: item \"Item\"\n"
     "paragraph: sentence \"Paragraph after.\"\n"
     "item of list 1, level 0: item \"Other list\"\n"},
    {"an empty line between items does not end their list",
     "- one\n"
     "\n"
     "- two\n",
     "item of list 0, level 0: item \"one\"\n"
     "item of list 0, level 0: item \"two\"\n"},
    {"lines below a colon are items without bullets",
     "People report:\n"
     "Nausea\n"
     "Dizziness\n"
     "A dry mouth\n"
     "\n"
     "Most pass.\n",
     "heading: title \"People report:\"\n"
     "item of list 0, level 0: item \"Nausea\"\n"
     "item of list 0, level 0: item \"Dizziness\"\n"
     "item of list 0, level 0: item \"A dry mouth\"\n"
     "paragraph: sentence \"Most pass.\"\n"},
    {"bare items in lower case stay apart and end with their list",
     "People report:\n"
     "nausea\n"
     "dizziness\n"
     "a dry mouth\n"
     "\n"
     "Most pass.\n"
     "\n"
     "Nothing more.\n",
     "heading: title \"People report:\"\n"
     "item of list 0, level 0: item \"nausea\"\n"
     "item of list 0, level 0: item \"dizziness\"\n"
     "item of list 0, level 0: item \"a dry mouth\"\n"
     "paragraph: sentence \"Most pass.\"\n"
     "paragraph: sentence \"Nothing more.\"\n"},
    {"bare items stay apart in a wrapped text as well",
     "The nasal spray opened a door for people who had waited long for a cure of\n"
     "their low mood, and many of the clinics in town were glad to give it to\n"
     "people who had asked for years and had found no help in any of the older\n"
     "drugs that doctors had for them.\n"
     "\n"
     "People report:\n"
     "calmer nights\n"
     "less fear\n"
     "fewer pills\n",
     "paragraph: sentence \"The nasal spray opened a door for people who had waited long for a "
     "cure of\n"
     "their low mood, and many of the clinics in town were glad to give it to\n"
     "people who had asked for years and had found no help in any of the older\n"
     "drugs that doctors had for them.\"\n"
     "heading: title \"People report:\"\n"
     "item of list 0, level 0: item \"calmer nights\"\n"
     "item of list 0, level 0: item \"less fear\"\n"
     "item of list 0, level 0: item \"fewer pills\"\n"},
    {"the last short line above a paragraph is its heading, no bare item",
     "Side effects:\n"
     "Nausea\n"
     "Dizziness\n"
     "What To Do\n"
     "Call your doctor when it lasts.\n",
     "heading: title \"Side effects:\"\n"
     "item of list 0, level 0: item \"Nausea\"\n"
     "item of list 0, level 0: item \"Dizziness\"\n"
     "heading: title \"What To Do\"\n"
     "paragraph: sentence \"Call your doctor when it lasts.\"\n"},
    {"a single line below a colon is no list",
     "People report:\n"
     "Nausea\n"
     "\n"
     "Most pass.\n",
     "heading: title \"People report:\"\n"
     "heading: title \"Nausea\"\n"
     "paragraph: sentence \"Most pass.\"\n"},
    {"sentences below a colon are no bare items",
     "This is known:\n"
     "It works.\n"
     "It lasts.\n",
     "heading: title \"This is known:\"\n"
     "paragraph: sentence \"It works.\"\n"
     "paragraph: sentence \"It lasts.\"\n"},
    {"a numbered line above text is a heading",
     "1. Rest\n"
     "Lie down for an hour after it.\n"
     "2. Water\n"
     "Drink a glass of it each hour.\n",
     "heading, numbered: title \"Rest\"\n"
     "paragraph: sentence \"Lie down for an hour after it.\"\n"
     "heading, numbered: title \"Water\"\n"
     "paragraph: sentence \"Drink a glass of it each hour.\"\n"},
    {"closing marks alone crash nothing", ")", "paragraph: sentence \")\"\n"},
    {"a line of closing marks between others crashes nothing",
     "It works.\n"
     "*\n"
     ")\"\n"
     "_\n"
     "It lasts.\n",
     "paragraph: sentence \"It works.\"\n"
     "paragraph: sentence \")\"\"\n"
     "paragraph: sentence \"_\"\n"
     "paragraph: sentence \"It lasts.\"\n"},
    {"markers alone are read",
     "Q:\n"
     "\n"
     "A:\n"
     "\n"
     "1.\n"
     "\n"
     "-\n"
     "\n"
     "#\n"
     "\n"
     ">\n"
     "\n"
     "|\n",
     "heading: title \"Q:\"\n"
     "heading: title \"A:\"\n"
     "paragraph: sentence \"1.\"\n"
     "heading: title \"#\"\n"
     "heading: title \">\"\n"
     "heading: title \"|\"\n"},
    {"carriage returns before line feeds end lines",
     "One ends.\r\n"
     "\r\n"
     "- item\r\n"
     "- more\r\n",
     "paragraph: sentence \"One ends.\"\n"
     "item of list 0, level 0: item \"item\"\n"
     "item of list 0, level 0: item \"more\"\n"},
    {"carriage returns alone end lines", "Title\r\rOne ends.\rTwo ends.\r- item\r",
     "heading: title \"Title\"\n"
     "paragraph: sentence \"One ends.\"\n"
     "paragraph: sentence \"Two ends.\"\n"
     "item of list 0, level 0: item \"item\"\n"},
    {"a byte order mark is no part of the first unit",
     "\xef\xbb\xbf# Title\n"
     "\n"
     "Text.\n",
     "heading level 1, marked: title \"Title\"\n"
     "paragraph: sentence \"Text.\"\n"},
    {"no-break spaces are space, also where a line is empty",
     "\xc2\xa0Text\xc2\xa0here.\xc2\xa0\xc2\xa0It ends.\n"
     "\xc2\xa0\n"
     "It\xc2\xa0works.\n"
     "-\xc2\xa0item\n",
     "paragraph: sentence \"Text\xc2\xa0here.\"; sentence \"It ends.\"\n"
     "paragraph: sentence \"It\xc2\xa0works.\"\n"
     "item of list 0, level 0: item \"item\"\n"},
    {"left-over entities of spaces are space",
     "Text here.&nbsp;It ends.\n"
     "&nbsp;\n"
     "- &nbsp;item\n"
     "Two &amp; three.&nbsp;\n",
     "paragraph: sentence \"Text here.\"; sentence \"It ends.\"\n"
     "item of list 0, level 0: item \"item\"\n"
     "paragraph: sentence \"Two &amp; three.\"\n"},
};

int main(void)
{
    RUN_ROWS(rows);
}

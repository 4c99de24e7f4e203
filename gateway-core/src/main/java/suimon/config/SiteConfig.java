package suimon.config;

import suimon.reading.Words;

/** The site. */
public record SiteConfig(
        @Describe("The gateway's name at the hub: letters, digits, dash; unique in the region") String id,
        @Describe("What an operator calls the site") Words title,
        @Describe("The time zone operators live in") @Default("Asia/Tokyo") java.time.ZoneId timeZone) {}

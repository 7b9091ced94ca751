CREATE TABLE registry.package (
    id bigserial PRIMARY KEY,
    name text NOT NULL,
    normalized_name text NOT NULL,
    ecosystem varchar(32) NOT NULL,
    summary text,
    homepage_url text,
    repository_url text,
    license_expr text,
    latest_version_id bigint,
    is_yanked boolean NOT NULL DEFAULT false,
    download_count bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (ecosystem, normalized_name)
);

CREATE TABLE registry.version (
    id bigserial PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES registry.package (id),
    num text NOT NULL,
    semver_major integer,
    semver_minor integer,
    semver_patch integer,
    prerelease text,
    readme text,
    readme_content_type varchar(64),
    features jsonb NOT NULL DEFAULT '{}',
    min_runtime text,
    checksum char(64) NOT NULL,
    crate_size integer,
    yanked boolean NOT NULL DEFAULT false,
    yank_reason text,
    links text,
    published_at timestamptz NOT NULL
);

CREATE TABLE registry.dependency (
    id bigserial PRIMARY KEY,
    version_id bigint NOT NULL REFERENCES registry.version (id),
    package_id bigint NOT NULL REFERENCES registry.package (id),
    req text NOT NULL,
    kind smallint NOT NULL DEFAULT 0,
    optional boolean NOT NULL DEFAULT false,
    default_features boolean NOT NULL DEFAULT true,
    target text,
    explicit_name text
);

CREATE TABLE registry.release_file (
    id uuid PRIMARY KEY,
    version_id bigint NOT NULL,
    filename text NOT NULL,
    path text NOT NULL UNIQUE,
    packagetype varchar(24) NOT NULL,
    python_version text,
    size bigint,
    md5_digest char(32),
    sha256_digest char(64) NOT NULL,
    blake2_256_digest char(64),
    has_signature boolean,
    requires_dist text[],
    upload_time timestamp NOT NULL,
    archived boolean DEFAULT false
);

CREATE TABLE registry.advisory (
    id serial PRIMARY KEY,
    osv_id varchar(40) NOT NULL UNIQUE,
    aliases text[],
    package_id bigint,
    introduced text,
    fixed text,
    severity varchar(12),
    cvss_vector text,
    cwe_ids integer[],
    details text,
    withdrawn timestamptz,
    modified timestamptz NOT NULL
);

CREATE TABLE ci.pipeline (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    iid integer NOT NULL,
    project_id integer NOT NULL,
    ref varchar(255) NOT NULL,
    sha bytea NOT NULL,
    before_sha bytea,
    tag boolean NOT NULL DEFAULT false,
    status varchar(20) NOT NULL,
    source smallint,
    config_source smallint,
    yaml_errors text,
    duration integer,
    failure_reason smallint,
    protected boolean,
    lock_version integer DEFAULT 0,
    auto_canceled_by_id bigint,
    started_at timestamp,
    finished_at timestamp,
    committed_at timestamp
);

CREATE TABLE ci.build (
    build_id bigserial PRIMARY KEY,
    pipeline_id bigint NOT NULL REFERENCES ci.pipeline (id),
    stage varchar(64) NOT NULL,
    stage_idx integer,
    name varchar(255) NOT NULL,
    runner_id integer,
    allow_failure boolean NOT NULL DEFAULT false,
    retried boolean,
    exit_code smallint,
    "when" varchar(16),
    coverage double precision,
    coverage_regex varchar(255),
    timeout integer,
    queued_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    artifacts_expire_at timestamptz,
    trace_path text,
    trace_bytes bigint,
    interruptible boolean
);

CREATE TABLE ci.runner (
    id serial PRIMARY KEY,
    description text,
    runner_type smallint NOT NULL,
    executor varchar(32),
    platform varchar(32),
    architecture varchar(32),
    version varchar(32),
    revision varchar(40),
    active boolean NOT NULL DEFAULT true,
    locked boolean NOT NULL DEFAULT false,
    run_untagged boolean NOT NULL DEFAULT true,
    tag_list text[],
    maximum_timeout integer,
    concurrent integer DEFAULT 1,
    contacted_at timestamptz
);

CREATE TABLE ci.test_case_result (
    id bigserial PRIMARY KEY,
    build_id bigint NOT NULL,
    suite_name text NOT NULL,
    class_name text,
    case_name text NOT NULL,
    key_hash char(64) NOT NULL,
    outcome varchar(10) NOT NULL,
    elapsed_ms integer,
    flaky boolean DEFAULT false,
    stack_trace text,
    system_output text,
    attachment varchar(1024)
);

CREATE TABLE ci."BuildCacheEntry" (
    "id" uuid PRIMARY KEY,
    "cacheKey" text NOT NULL,
    "cacheVersion" text NOT NULL,
    "scope" text NOT NULL,
    "blobPath" text NOT NULL,
    "sizeInBytes" bigint NOT NULL,
    "compressionMethod" text,
    "hitCount" integer NOT NULL DEFAULT 0,
    "lastAccessedAt" timestamp(3),
    "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "committed" boolean NOT NULL DEFAULT false
);

CREATE TABLE distro.ports (
    portid integer PRIMARY KEY,
    category varchar(40) NOT NULL,
    portname varchar(100) NOT NULL,
    pkgver varchar(40),
    pkgrel integer NOT NULL DEFAULT 1,
    epoch integer NOT NULL DEFAULT 0,
    pkgdesc text,
    arch varchar(16)[],
    makedepends text[],
    conflicts text[],
    provides text[],
    master_sites text,
    distinfo text,
    broken text,
    forbidden text,
    expiration_date date,
    last_rebuild timestamptz
);

CREATE TABLE iot.device_profile (
    id uuid PRIMARY KEY,
    name varchar(255) NOT NULL,
    type varchar(32),
    transport_type varchar(32),
    provision_type varchar(32),
    profile_data jsonb,
    description varchar,
    is_default boolean,
    image varchar(1000000),
    firmware_id uuid,
    software_id uuid,
    default_rule_chain_id uuid,
    default_queue_name varchar(255),
    external_id uuid,
    version bigint DEFAULT 1
);

CREATE TABLE iot.sensor_node (
    node_id serial PRIMARY KEY,
    dev_eui bytea NOT NULL,
    join_eui bytea,
    label varchar(100),
    hw_model varchar(50),
    hw_rev varchar(10),
    fw_version varchar(20),
    battery_mv smallint,
    margin smallint,
    external_power_source boolean,
    uplink_interval interval,
    is_disabled boolean NOT NULL DEFAULT false,
    skip_fcnt_check boolean NOT NULL DEFAULT false,
    dr smallint,
    mount_height_m numeric(5,2),
    last_seen_at timestamptz
);

CREATE TABLE iot.telemetry (
    ts timestamptz NOT NULL,
    node_id integer NOT NULL,
    channel smallint NOT NULL,
    value double precision,
    raw bytea,
    unit varchar(12),
    quality smallint DEFAULT 192,
    rssi smallint,
    snr real,
    f_cnt integer,
    seq bigint,
    PRIMARY KEY (node_id, channel, ts)
);

CREATE TABLE iot.gpio_pin (
    board_id integer NOT NULL,
    pin smallint NOT NULL,
    bcm_no smallint,
    alt_name varchar(20),
    mode varchar(8) NOT NULL DEFAULT 'in',
    pull varchar(8),
    active_low boolean DEFAULT false,
    drive_strength_ma smallint,
    debounce_us integer,
    initial_state smallint,
    consumer varchar(32),
    PRIMARY KEY (board_id, pin)
);

CREATE TABLE iot.modbus_register (
    id serial PRIMARY KEY,
    slave_id smallint NOT NULL,
    address integer NOT NULL,
    register_type varchar(10) NOT NULL,
    count smallint DEFAULT 1,
    data_type varchar(10),
    swap varchar(10),
    scale double precision DEFAULT 1,
    "offset" double precision DEFAULT 0,
    precision smallint,
    unit_of_measurement varchar(16),
    device_class varchar(32),
    state_class varchar(32),
    scan_interval integer DEFAULT 15,
    min_value double precision,
    max_value double precision,
    nan_value varchar(10)
);

CREATE TABLE iot.relay_contact (
    relay_id integer NOT NULL,
    contact_no smallint NOT NULL,
    contact varchar(4) NOT NULL,
    contact_rating_a numeric(5,2),
    coil_voltage numeric(5,2),
    state boolean,
    bounce_ms smallint,
    cycles bigint,
    welded boolean DEFAULT false,
    last_switched timestamptz,
    PRIMARY KEY (relay_id, contact_no)
);

CREATE TABLE iot.states (
    state_id bigserial PRIMARY KEY,
    entity_id varchar(255),
    state varchar(255),
    attributes text,
    event_id smallint,
    last_changed_ts double precision,
    last_reported_ts double precision,
    last_updated_ts double precision,
    old_state_id bigint,
    attributes_id bigint,
    origin_idx smallint,
    metadata_id bigint
);

CREATE TABLE iot.ota_package (
    id uuid PRIMARY KEY,
    device_profile_id uuid,
    type varchar(32) NOT NULL,
    title varchar(255) NOT NULL,
    version varchar(255) NOT NULL,
    tag varchar(255),
    url varchar(255),
    file_name varchar(255),
    content_type varchar(255),
    checksum_algorithm varchar(32),
    checksum varchar(1020),
    data oid,
    data_size bigint,
    additional_info varchar
);

CREATE TABLE wms.stock_location (
    id serial PRIMARY KEY,
    parent_id integer REFERENCES wms.stock_location (id),
    parent_path varchar,
    complete_name varchar,
    usage varchar(20) NOT NULL,
    barcode varchar(32),
    posx integer,
    posy integer,
    posz integer,
    aisle varchar(4),
    rack varchar(4),
    shelf varchar(4),
    bin varchar(6),
    scrap_location boolean,
    removal_strategy_id integer,
    cyclic_inventory_frequency integer,
    last_inventory_date date,
    next_inventory_date date,
    active boolean DEFAULT true
);

CREATE TABLE wms.part (
    pk serial PRIMARY KEY,
    name varchar(100) NOT NULL,
    "IPN" varchar(100),
    revision varchar(100),
    description varchar(250),
    keywords varchar(250),
    category_id integer,
    variant_of_id integer,
    is_template boolean NOT NULL DEFAULT false,
    assembly boolean NOT NULL DEFAULT false,
    component boolean NOT NULL DEFAULT true,
    trackable boolean NOT NULL DEFAULT false,
    salable boolean NOT NULL DEFAULT false,
    virtual boolean NOT NULL DEFAULT false,
    units varchar(20),
    minimum_stock numeric(19,6) DEFAULT 0,
    default_expiry integer,
    bom_checksum varchar(128),
    bom_checked_date date,
    image varchar(255),
    link varchar(2000)
);

CREATE TABLE wms.stock_item (
    id bigserial PRIMARY KEY,
    part_id integer NOT NULL,
    location_id integer,
    serial varchar(100),
    serial_int integer,
    batch varchar(100),
    quantity numeric(15,5) NOT NULL DEFAULT 1,
    reserved_qty numeric(15,5) NOT NULL DEFAULT 0,
    packaging varchar(50),
    status integer NOT NULL DEFAULT 10,
    expiry_date date,
    stocktake_date date,
    is_building boolean DEFAULT false,
    delete_on_deplete boolean DEFAULT true,
    review_needed boolean DEFAULT false,
    level integer,
    lft integer,
    rght integer,
    tree_id integer
);

CREATE TABLE wms.move_line (
    id bigserial PRIMARY KEY,
    move_id bigint NOT NULL,
    picking_id bigint,
    product_uom_id integer,
    lot_id integer,
    lot_name varchar,
    package_id integer,
    result_package_id integer,
    location_id integer NOT NULL,
    location_dest_id integer NOT NULL,
    quantity numeric,
    picked boolean,
    reference varchar,
    state varchar(16),
    date timestamp
);

CREATE TABLE lager.t_artikel (
    artikel_nr varchar(20) PRIMARY KEY,
    bezeichnung varchar(120) NOT NULL,
    bezeichnung2 varchar(120),
    warengruppe varchar(10),
    einheit varchar(6) NOT NULL DEFAULT 'Stk',
    ean varchar(14),
    gewicht_kg numeric(9,3),
    laenge_mm integer,
    breite_mm integer,
    hoehe_mm integer,
    mindestbestand integer,
    meldebestand integer,
    gefahrgut_un char(4),
    chargenpflicht boolean DEFAULT false,
    gesperrt boolean DEFAULT false,
    angelegt_am date,
    geaendert_am timestamp
);

CREATE TABLE lager.t_lagerplatz (
    platz_id serial PRIMARY KEY,
    halle smallint NOT NULL,
    gang smallint NOT NULL,
    feld smallint NOT NULL,
    ebene smallint NOT NULL,
    platztyp varchar(12),
    tragkraft_kg integer,
    temperaturzone varchar(8),
    belegt boolean DEFAULT false,
    zustand varchar(10),
    letzte_inventur date,
    bemerkung text
);

CREATE TABLE gtfs.agency (
    feed_index integer NOT NULL,
    agency_id text NOT NULL,
    agency_name text NOT NULL,
    agency_url text NOT NULL,
    agency_timezone text NOT NULL,
    agency_lang varchar(12),
    agency_fare_url text,
    PRIMARY KEY (feed_index, agency_id)
);

CREATE TABLE gtfs.stops (
    feed_index integer NOT NULL,
    stop_id text NOT NULL,
    stop_code text,
    stop_name text,
    tts_stop_name text,
    stop_desc text,
    stop_lat double precision,
    stop_lon double precision,
    zone_id text,
    stop_url text,
    stop_street text,
    stop_city text,
    stop_region text,
    stop_postcode text,
    stop_country text,
    location_type integer,
    parent_station text,
    stop_timezone text,
    wheelchair_boarding integer,
    level_id text,
    platform_code text,
    the_geom geometry(Point, 4326),
    PRIMARY KEY (feed_index, stop_id)
);

CREATE TABLE gtfs.routes (
    feed_index integer NOT NULL,
    route_id text NOT NULL,
    agency_id text,
    route_short_name text,
    route_long_name text,
    route_desc text,
    route_type integer NOT NULL,
    route_url text,
    route_color varchar(6),
    route_text_color varchar(6),
    route_sort_order integer,
    continuous_pickup integer,
    continuous_drop_off integer,
    network_id text
);

CREATE TABLE gtfs.trips (
    feed_index integer NOT NULL,
    trip_id text NOT NULL,
    route_id text NOT NULL,
    service_id text NOT NULL,
    trip_headsign text,
    trip_short_name text,
    direction_id smallint,
    block_id text,
    shape_id text,
    wheelchair_accessible smallint,
    bikes_allowed smallint,
    cars_allowed smallint
);

CREATE TABLE gtfs.stop_times (
    feed_index integer NOT NULL,
    trip_id text NOT NULL,
    arrival_time interval,
    departure_time interval,
    stop_id text,
    stop_sequence integer NOT NULL,
    stop_headsign text,
    pickup_type smallint,
    drop_off_type smallint,
    shape_dist_traveled double precision,
    timepoint smallint,
    arrival_time_seconds integer,
    departure_time_seconds integer
);

CREATE TABLE gtfs.calendar (
    feed_index integer NOT NULL,
    service_id text NOT NULL,
    monday smallint NOT NULL,
    tuesday smallint NOT NULL,
    wednesday smallint NOT NULL,
    thursday smallint NOT NULL,
    friday smallint NOT NULL,
    saturday smallint NOT NULL,
    sunday smallint NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL
);

CREATE TABLE gtfs.fare_attributes (
    feed_index integer NOT NULL,
    fare_id text NOT NULL,
    price numeric(10,2) NOT NULL,
    currency_type char(3) NOT NULL,
    payment_method smallint NOT NULL,
    transfers smallint,
    transfer_duration integer,
    agency_id text
);

CREATE TABLE transport.arret (
    id_arret serial PRIMARY KEY,
    code_arret varchar(12) NOT NULL,
    nom varchar(120) NOT NULL,
    commune varchar(80),
    code_insee char(5),
    lignes_desservies text[],
    abri boolean,
    accessible_pmr boolean,
    borne_info boolean,
    longitude numeric(9,6),
    latitude numeric(9,6),
    date_mise_service date,
    etat varchar(16)
);

CREATE TABLE wx.archive (
    "dateTime" integer PRIMARY KEY,
    "usUnits" integer NOT NULL,
    "interval" integer NOT NULL,
    barometer real,
    pressure real,
    altimeter real,
    "inTemp" real,
    "outTemp" real,
    "inHumidity" real,
    "outHumidity" real,
    "windSpeed" real,
    "windDir" real,
    "windGust" real,
    "windGustDir" real,
    "rainRate" real,
    rain real,
    dewpoint real,
    windchill real,
    heatindex real,
    "ET" real,
    radiation real,
    "UV" real,
    "soilTemp1" real,
    "soilMoist1" real,
    "leafWet1" real,
    "rxCheckPercent" real,
    "txBatteryStatus" real,
    "consBatteryVoltage" real
);

CREATE TABLE wx.station (
    station_id integer PRIMARY KEY,
    wmo_id varchar(5),
    icao char(4),
    wigos_id varchar(40),
    name varchar(80) NOT NULL,
    region varchar(60),
    country char(2),
    lat numeric(8,5) NOT NULL,
    lon numeric(8,5) NOT NULL,
    elev_m numeric(6,1),
    anemometer_height numeric(4,1),
    station_type varchar(20),
    timezone varchar(40),
    opened date,
    closed date,
    metadata_source text
);

CREATE TABLE wetter.messwerte_stunde (
    stations_id integer NOT NULL,
    mess_datum timestamp NOT NULL,
    qn_9 smallint,
    tt_tu numeric(5,1),
    rf_tu numeric(5,1),
    qn_8 smallint,
    r1 numeric(6,1),
    rs_ind smallint,
    wrtr smallint,
    luftdruck_nn numeric(6,1),
    windstaerke numeric(4,1),
    windrichtung smallint,
    sonnenscheindauer_min smallint,
    bedeckungsgrad smallint,
    PRIMARY KEY (stations_id, mess_datum)
);

CREATE TABLE game.creature_template (
    entry integer PRIMARY KEY,
    difficulty_entry_1 integer NOT NULL DEFAULT 0,
    kill_credit1 integer NOT NULL DEFAULT 0,
    name varchar(100) NOT NULL,
    subname varchar(100),
    icon_name varchar(100),
    gossip_menu_id integer,
    minlevel smallint NOT NULL DEFAULT 1,
    maxlevel smallint NOT NULL DEFAULT 1,
    exp smallint,
    faction smallint,
    npcflag integer,
    speed_walk real,
    speed_run real,
    rank smallint,
    dmgschool smallint,
    base_attack_time integer,
    unit_class smallint,
    family smallint,
    trainer_race smallint,
    lootid integer,
    skinloot integer,
    mingold integer,
    maxgold integer,
    ai_name varchar(64),
    movement_type smallint,
    health_modifier real,
    mana_modifier real,
    armor_modifier real,
    regen_health boolean,
    script_name varchar(64),
    verified_build smallint
);

CREATE TABLE game.item (
    item_id integer PRIMARY KEY,
    class smallint NOT NULL,
    subclass smallint NOT NULL,
    display_id integer,
    name varchar(255) NOT NULL,
    quality smallint,
    buy_count smallint,
    buy_price bigint,
    sell_price integer,
    inventory_type smallint,
    allowable_class integer,
    allowable_race integer,
    item_level smallint,
    required_level smallint,
    max_count integer,
    stackable integer,
    container_slots smallint,
    bonding smallint,
    lock_id integer,
    random_property integer,
    socket_color_1 smallint,
    max_durability smallint,
    food_type smallint,
    flavor_text varchar(255)
);

CREATE TABLE game.playable_race (
    race_id smallint PRIMARY KEY,
    race varchar(24) NOT NULL,
    faction_id smallint,
    base_language smallint,
    male_display_id integer,
    female_display_id integer,
    start_map smallint,
    start_x real,
    start_y real,
    start_z real,
    base_str smallint,
    base_agi smallint,
    base_sta smallint,
    base_int smallint,
    starting_taxi_nodes bigint,
    expansion smallint
);

CREATE TABLE game.card (
    id integer PRIMARY KEY,
    ot integer,
    alias integer,
    setcode bigint,
    card_name text NOT NULL,
    mana_cost varchar(40),
    converted_mana_cost numeric(4,1),
    color_identity varchar(5)[],
    type_line text,
    oracle_text text,
    power varchar(6),
    toughness varchar(6),
    rarity varchar(12),
    collector_number varchar(12),
    is_foil boolean,
    is_reserved boolean,
    frame_version varchar(8),
    released_at date,
    legalities jsonb
);

CREATE TABLE game.quest (
    id integer PRIMARY KEY,
    quest_type smallint,
    quest_level smallint,
    min_level smallint,
    zone_or_sort smallint,
    log_title text,
    log_description text,
    quest_completion_log text,
    reward_next_quest integer,
    reward_xp_difficulty smallint,
    reward_money integer,
    reward_item1 integer,
    reward_amount1 smallint,
    reward_honor integer,
    reward_title smallint,
    required_npc_or_go1 integer,
    required_count1 smallint,
    start_item integer,
    time_allowed integer,
    poi_x real,
    poi_y real
);

CREATE TABLE sports.league_rules (
    league_id smallint NOT NULL,
    season smallint NOT NULL,
    salary_cap bigint,
    luxury_tax_line bigint,
    min_roster smallint,
    max_roster smallint,
    draft_rounds smallint,
    num_games smallint,
    num_periods smallint,
    quarter_length numeric(4,1),
    playoffs_by_conf boolean,
    hard_cap boolean,
    trade_deadline date,
    PRIMARY KEY (league_id, season)
);

CREATE TABLE cms.page (
    page_id serial PRIMARY KEY,
    page_namespace integer NOT NULL,
    page_title text NOT NULL,
    page_is_redirect smallint NOT NULL DEFAULT 0,
    page_is_new smallint NOT NULL DEFAULT 0,
    page_random double precision NOT NULL,
    page_touched timestamptz NOT NULL,
    page_links_updated timestamptz,
    page_latest integer NOT NULL,
    page_len integer NOT NULL,
    page_content_model text,
    page_lang text
);

CREATE TABLE cms.menu_item (
    id serial PRIMARY KEY,
    menutype varchar(24) NOT NULL,
    title varchar(255) NOT NULL,
    alias varchar(400) NOT NULL,
    path varchar(1024) NOT NULL,
    link varchar(1024) NOT NULL,
    type varchar(16) NOT NULL,
    published smallint NOT NULL DEFAULT 0,
    parent_id integer NOT NULL DEFAULT 1,
    level integer NOT NULL DEFAULT 0,
    component_id integer,
    "browserNav" smallint NOT NULL DEFAULT 0,
    img varchar(255),
    template_style_id integer,
    params text,
    lft bigint,
    rgt bigint,
    home smallint NOT NULL DEFAULT 0,
    language char(7) NOT NULL DEFAULT '',
    publish_up timestamp,
    publish_down timestamp
);

CREATE TABLE cms.config (
    name varchar(255) NOT NULL,
    collection varchar(255) NOT NULL DEFAULT '',
    data bytea,
    PRIMARY KEY (collection, name)
);

CREATE TABLE cms.email_template (
    email_template_id serial PRIMARY KEY,
    email_key varchar(64) NOT NULL,
    locale varchar(14) NOT NULL,
    subject_pattern varchar(255),
    body_html text,
    body_text text,
    layout_id integer,
    enabled boolean NOT NULL DEFAULT true,
    can_disable boolean,
    can_edit boolean,
    is_custom boolean,
    checksum char(40)
);

CREATE TABLE cms."ContentType" (
    "id" serial PRIMARY KEY,
    "uid" varchar(255) NOT NULL,
    "singularName" varchar(120) NOT NULL,
    "pluralName" varchar(120) NOT NULL,
    "displayName" varchar(120),
    "collectionName" varchar(120),
    "draftAndPublish" boolean DEFAULT false,
    "pluginOptions" jsonb,
    "attributes" jsonb NOT NULL,
    "isDisplayed" boolean,
    "mainField" varchar(60),
    "pageSize" integer DEFAULT 10
);

CREATE TABLE cms.media_asset (
    id bigserial PRIMARY KEY,
    f_folder_id integer,
    f_filename varchar(255) NOT NULL,
    f_ext varchar(10),
    f_mime varchar(120),
    f_bytes bigint,
    f_width integer,
    f_height integer,
    f_alt_text text,
    f_caption text,
    f_focal_x numeric(4,3),
    f_focal_y numeric(4,3),
    f_hash varchar(64),
    f_provider varchar(32),
    f_formats jsonb,
    f_created timestamptz DEFAULT now()
);

CREATE TABLE cms.redirect (
    rid serial PRIMARY KEY,
    hash varchar(64) NOT NULL UNIQUE,
    redirect_source__path varchar(2048),
    redirect_source__query bytea,
    redirect_redirect__uri varchar(2048),
    redirect_redirect__title varchar(255),
    language varchar(12),
    status_code smallint,
    enabled smallint NOT NULL DEFAULT 1,
    access_count bigint DEFAULT 0
);

CREATE TABLE mon.hosts (
    hostid bigint PRIMARY KEY,
    proxyid bigint,
    host varchar(128) NOT NULL DEFAULT '',
    status integer NOT NULL DEFAULT 0,
    name varchar(128) NOT NULL DEFAULT '',
    name_upper varchar(128),
    flags integer NOT NULL DEFAULT 0,
    templateid bigint,
    description text,
    maintenanceid bigint,
    maintenance_status integer,
    maintenance_type integer,
    maintenance_from integer,
    tls_connect integer DEFAULT 1,
    tls_accept integer DEFAULT 1,
    discover integer DEFAULT 0,
    monitored_by integer,
    uuid varchar(32),
    vendor_name varchar(64),
    vendor_version varchar(32)
);

CREATE TABLE mon.items (
    itemid bigint PRIMARY KEY,
    hostid bigint NOT NULL,
    interfaceid bigint,
    type integer NOT NULL DEFAULT 0,
    key_ varchar(2048) NOT NULL DEFAULT '',
    name varchar(255) NOT NULL,
    delay varchar(1024) NOT NULL DEFAULT '0',
    history varchar(255) NOT NULL DEFAULT '31d',
    trends varchar(255) NOT NULL DEFAULT '365d',
    status integer NOT NULL DEFAULT 0,
    value_type integer NOT NULL DEFAULT 0,
    units varchar(255),
    formula varchar(255),
    logtimefmt varchar(64),
    valuemapid bigint,
    snmp_oid varchar(512),
    jmx_endpoint varchar(255),
    master_itemid bigint,
    timeout varchar(255),
    lifetime varchar(255),
    evaltype integer
);

CREATE TABLE mon.alert_rule (
    id serial PRIMARY KEY,
    org_id bigint NOT NULL,
    title varchar(190) NOT NULL,
    condition varchar(190) NOT NULL,
    data text NOT NULL,
    updated timestamp NOT NULL,
    interval_seconds bigint NOT NULL DEFAULT 60,
    version integer NOT NULL DEFAULT 0,
    uid varchar(40) NOT NULL,
    namespace_uid varchar(40) NOT NULL,
    rule_group varchar(190) NOT NULL,
    rule_group_idx integer NOT NULL DEFAULT 1,
    no_data_state varchar(15) NOT NULL DEFAULT 'NoData',
    exec_err_state varchar(15) NOT NULL DEFAULT 'Alerting',
    "for" bigint NOT NULL DEFAULT 0,
    annotations text,
    labels text,
    dashboard_uid varchar(40),
    panel_id bigint,
    is_paused boolean NOT NULL DEFAULT false
);

CREATE TABLE mon.metric_sample (
    series_id bigint NOT NULL,
    ts timestamptz NOT NULL,
    val double precision NOT NULL,
    bucket_le double precision,
    exemplar_trace_id bytea,
    exemplar_span_id bytea,
    stale boolean DEFAULT false,
    PRIMARY KEY (series_id, ts)
);

CREATE TABLE mon.llm_model_stats (
    model_name varchar(120) NOT NULL,
    window_start timestamptz NOT NULL,
    request_count bigint,
    token_count bigint,
    prompt_tokens bigint,
    completion_tokens bigint,
    cached_tokens bigint,
    max_tokens integer,
    tokens_per_second real,
    p50_latency_ms real,
    p99_latency_ms real,
    error_rate real,
    kv_cache_usage real,
    gpu_mem_mb integer,
    PRIMARY KEY (model_name, window_start)
);

CREATE TABLE mon.pg_stat_snapshot (
    snap_id bigint NOT NULL,
    queryid bigint NOT NULL,
    datname name,
    plans bigint,
    calls bigint,
    total_exec_time double precision,
    mean_exec_time double precision,
    rows bigint,
    shared_blks_hit bigint,
    shared_blks_read bigint,
    temp_blks_written bigint,
    wal_bytes numeric,
    jit_functions bigint,
    stats_since timestamptz
);

CREATE TABLE ipam.prefix (
    id bigserial PRIMARY KEY,
    prefix cidr NOT NULL,
    status varchar(50) NOT NULL,
    is_pool boolean NOT NULL DEFAULT false,
    mark_utilized boolean NOT NULL DEFAULT false,
    description varchar(200) NOT NULL DEFAULT '',
    comments text,
    role_id bigint,
    site_id bigint,
    vlan_id bigint,
    vrf_id bigint,
    _depth smallint NOT NULL DEFAULT 0,
    _children bigint NOT NULL DEFAULT 0,
    custom_field_data jsonb NOT NULL DEFAULT '{}',
    created timestamptz,
    last_updated timestamptz
);

CREATE TABLE ipam.vlan (
    id bigserial PRIMARY KEY,
    vid smallint NOT NULL CHECK (vid BETWEEN 1 AND 4094),
    name varchar(64) NOT NULL,
    group_id bigint,
    qinq_role varchar(50),
    qinq_svlan_id bigint,
    status varchar(50),
    mtu integer,
    stp_priority integer,
    description varchar(200)
);

CREATE TABLE ipam.dcim_device (
    id bigserial PRIMARY KEY,
    name varchar(64),
    device_type_id bigint NOT NULL,
    platform_id bigint,
    rack_id bigint,
    position numeric(4,1),
    face varchar(50),
    airflow varchar(50),
    serial varchar(50),
    asset_tag varchar(50) UNIQUE,
    status varchar(50) NOT NULL,
    primary_ip4_id bigint,
    oob_ip_id bigint,
    cluster_id bigint,
    virtual_chassis_id bigint,
    vc_position smallint,
    vc_priority smallint,
    console_port_count integer NOT NULL DEFAULT 0,
    interface_count integer NOT NULL DEFAULT 0,
    local_context_data jsonb
);

CREATE TABLE ipam.line_card (
    chassis_id integer NOT NULL,
    slot smallint NOT NULL,
    card varchar(32),
    card_type varchar(32),
    card_state varchar(16),
    port_count smallint,
    cpld_version varchar(16),
    rommon_version varchar(24),
    mem_total_kb bigint,
    temp_inlet_c smallint,
    power_draw_w smallint,
    uptime_s bigint,
    PRIMARY KEY (chassis_id, slot)
);

CREATE TABLE ipam.switch_port (
    port_id serial PRIMARY KEY,
    device_id bigint NOT NULL,
    "ifIndex" bigint,
    "ifName" varchar(64),
    "ifAlias" varchar(255),
    "ifDescr" varchar(255),
    "ifSpeed" bigint,
    "ifDuplex" varchar(12),
    "ifMtu" integer,
    "ifType" varchar(64),
    "ifOperStatus" varchar(16),
    "ifAdminStatus" varchar(16),
    "ifVlan" varchar(16),
    "ifTrunk" varchar(16),
    "ifInOctets_rate" bigint,
    "ifOutOctets_rate" bigint,
    "ifInErrors" bigint,
    "ifOutErrors" bigint,
    "pagpGroupIfIndex" integer,
    poll_time integer,
    poll_period integer
);

CREATE TABLE ipam.service_endpoint (
    id bigserial PRIMARY KEY,
    service_name varchar(63) NOT NULL,
    protocol varchar(8) NOT NULL,
    host varchar(253) NOT NULL,
    port integer NOT NULL,
    weight smallint,
    priority smallint,
    health_check_path varchar(255),
    health_status varchar(12),
    zone varchar(24),
    ttl integer,
    draining boolean DEFAULT false,
    registered_at timestamptz
);

CREATE TABLE dns.records (
    id bigserial PRIMARY KEY,
    domain_id integer,
    name varchar(255),
    type varchar(10),
    content varchar(65535),
    ttl integer,
    prio integer,
    disabled boolean DEFAULT false,
    ordername varchar(255),
    auth boolean DEFAULT true
);

CREATE TABLE geo.planet_osm_line (
    osm_id bigint,
    access text,
    admin_level text,
    barrier text,
    bridge text,
    boundary text,
    construction text,
    cutting text,
    electrified text,
    embankment text,
    foot text,
    highway text,
    junction text,
    layer text,
    lock text,
    name text,
    oneway text,
    population text,
    power text,
    railway text,
    ref text,
    religion text,
    route text,
    service text,
    surface text,
    toll text,
    tracktype text,
    tunnel text,
    waterway text,
    z_order integer,
    way_area real,
    tags hstore,
    way geometry(LineString, 3857)
);

CREATE TABLE geo.geoname (
    geonameid integer PRIMARY KEY,
    name varchar(200),
    asciiname varchar(200),
    alternatenames text,
    latitude double precision,
    longitude double precision,
    fclass char(1),
    fcode varchar(10),
    country char(2),
    cc2 varchar(200),
    admin1 varchar(20),
    admin2 varchar(80),
    admin3 varchar(20),
    admin4 varchar(20),
    population bigint,
    elevation integer,
    gtopo30 integer,
    timezone varchar(40),
    moddate date
);

CREATE TABLE geo.country (
    iso_alpha2 char(2) PRIMARY KEY,
    iso_alpha3 char(3),
    iso_numeric smallint,
    fips_code varchar(3),
    name varchar(200),
    capital varchar(200),
    area_in_sqkm double precision,
    continent char(2),
    tld varchar(10),
    currency_code char(3),
    currency_name varchar(20),
    phone_prefix varchar(20),
    postal_format varchar(60),
    postal_regex varchar(200),
    languages varchar(200),
    neighbours varchar(60)
);

CREATE TABLE geo.raster_tile (
    rid serial PRIMARY KEY,
    zoom_level smallint NOT NULL,
    tile_column integer NOT NULL,
    tile_row integer NOT NULL,
    srid integer,
    scale_x double precision,
    skew_y double precision,
    nodata double precision,
    num_bands smallint,
    pixel_types text[],
    out_db boolean[],
    extent geometry(Polygon, 3857),
    tile_data bytea
);

CREATE TABLE catastro.municipio (
    cod_ine char(5) PRIMARY KEY,
    nombre varchar(100) NOT NULL,
    nombre_cooficial varchar(100),
    cod_provincia char(2),
    comunidad varchar(60),
    superficie_km2 numeric(10,2),
    altitud_m integer,
    huso smallint,
    poblacion integer,
    num_parcelas integer,
    fecha_actualizacion date,
    geom geometry(MultiPolygon, 25830)
);

CREATE TABLE catalog.product_variant (
    id bigserial PRIMARY KEY,
    sku varchar(255) UNIQUE,
    name varchar(255) NOT NULL,
    product_id integer NOT NULL,
    track_inventory boolean NOT NULL DEFAULT true,
    is_preorder boolean DEFAULT false,
    preorder_end_date timestamptz,
    preorder_global_threshold integer,
    quantity_limit_per_order integer,
    weight double precision,
    sort_order integer,
    gtin varchar(14),
    hs_code varchar(10),
    origin_country char(2),
    external_reference varchar(250),
    metadata jsonb,
    updated_at timestamptz
);

CREATE TABLE catalog.price_list_item (
    id bigserial PRIMARY KEY,
    pricelist_id integer NOT NULL,
    product_tmpl_id integer,
    categ_id integer,
    applied_on varchar(24) NOT NULL,
    compute_price varchar(16),
    base varchar(16),
    fixed_price numeric(12,4),
    percent_price double precision,
    price_round numeric,
    price_surcharge numeric,
    min_quantity numeric DEFAULT 0,
    currency_id integer,
    date_start timestamp,
    date_end timestamp
);

CREATE TABLE catalog.phone_model (
    id serial PRIMARY KEY,
    brand varchar(40),
    phone_model varchar(80) NOT NULL,
    codename varchar(40),
    soc varchar(60),
    ram_gb smallint[],
    storage_gb smallint[],
    display_inch numeric(3,1),
    display_res varchar(12),
    battery_mah integer,
    sim_type varchar(20),
    card_slot varchar(20),
    bands_5g text,
    os_launch varchar(20),
    eol_date date,
    bootloader_unlockable boolean
);

CREATE TABLE boutique.produit (
    id_produit serial PRIMARY KEY,
    reference varchar(64),
    libelle varchar(128) NOT NULL,
    description_courte text,
    id_categorie integer,
    id_marque integer,
    code_barre varchar(13),
    prix_ht numeric(20,6),
    taux_tva numeric(5,2),
    ecotaxe numeric(17,6),
    poids numeric(10,3),
    couleur varchar(30),
    en_vente boolean DEFAULT true,
    date_ajout timestamp,
    date_maj timestamp
);

CREATE TABLE energy.meter (
    meter_id serial PRIMARY KEY,
    substation_id integer NOT NULL,
    feeder_no smallint,
    obis_code varchar(20),
    manufacturer varchar(40),
    type_designation varchar(40),
    ct_ratio numeric(8,2),
    vt_ratio numeric(8,2),
    accuracy_class varchar(6),
    phase_count smallint,
    nominal_voltage integer,
    pulse_constant integer,
    baud integer,
    primary_address smallint,
    installed_on date,
    calibrated_until date,
    decommissioned_on date
);

CREATE TABLE energy.feeder_reading (
    meter_id integer NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    import_kwh numeric(14,3),
    export_kwh numeric(14,3),
    reactive_kvarh numeric(14,3),
    peak_kw numeric(10,3),
    power_factor numeric(4,3),
    voltage_l1 real,
    voltage_l2 real,
    voltage_l3 real,
    thd_pct real,
    freq_hz real,
    status_flags bit(16),
    estimated boolean DEFAULT false,
    PRIMARY KEY (meter_id, period_start)
);

CREATE TABLE energy.pv_inverter_log (
    id bigserial PRIMARY KEY,
    inverter_no smallint,
    ts timestamptz,
    pac_w integer,
    pdc1_w integer,
    udc1_v real,
    idc1_a real,
    e_day_wh integer,
    e_total_wh bigint,
    temp_heatsink real,
    insulation_kohm integer,
    op_state smallint,
    err_code integer,
    grid_relay_state smallint
);

CREATE TABLE strom.zaehlpunkt_umspannwerk (
    zp_id serial PRIMARY KEY,
    umspannwerk varchar(60) NOT NULL,
    spannungsebene varchar(4),
    messrichtung varchar(3),
    wandlerfaktor numeric(8,2),
    zaehlverfahren varchar(5),
    bilanzkreis varchar(16),
    regelzone varchar(20),
    einbaudatum date,
    eichgueltig_bis date,
    letzter_stand_kwh numeric(14,3),
    ablesezeitpunkt timestamptz,
    aktiv boolean DEFAULT true
);

CREATE TABLE media.title_basics (
    tconst varchar(12) PRIMARY KEY,
    "titleType" varchar(20),
    "primaryTitle" text,
    "originalTitle" text,
    "isAdult" boolean,
    "startYear" smallint,
    "endYear" smallint,
    "runtimeMinutes" integer,
    genres text[],
    "averageRating" numeric(3,1),
    "numVotes" integer
);

CREATE TABLE media.release (
    id serial PRIMARY KEY,
    gid uuid NOT NULL,
    name varchar NOT NULL,
    release_group integer NOT NULL,
    status integer,
    packaging integer,
    language integer,
    script integer,
    barcode varchar(255),
    comment varchar(255) NOT NULL DEFAULT '',
    edits_pending integer NOT NULL DEFAULT 0,
    quality smallint NOT NULL DEFAULT -1,
    last_updated timestamptz DEFAULT now()
);

CREATE TABLE media.track (
    id serial PRIMARY KEY,
    gid uuid NOT NULL,
    recording integer NOT NULL,
    medium integer NOT NULL,
    position integer NOT NULL,
    number text NOT NULL,
    name varchar NOT NULL,
    length integer,
    isrc char(12),
    bpm numeric(5,2),
    musical_key varchar(3),
    replaygain_track_gain real,
    replaygain_track_peak real,
    acoustid uuid,
    bitrate integer,
    sample_rate integer,
    is_data_track boolean NOT NULL DEFAULT false
);

CREATE TABLE media.episode (
    episode_id integer PRIMARY KEY,
    series_id integer NOT NULL,
    tvdb_id integer,
    season_number smallint,
    episode_number smallint,
    absolute_episode_number smallint,
    title text,
    overview text,
    air_date date,
    air_date_utc timestamptz,
    runtime smallint,
    has_file boolean,
    monitored boolean,
    scene_season_number smallint,
    finale_type varchar(10)
);

CREATE TABLE lab.instrument (
    instrument_id serial PRIMARY KEY,
    inv_no varchar(30) UNIQUE,
    instrument_type varchar(60),
    make varchar(60),
    model varchar(60),
    serial_no varchar(60),
    location_room varchar(20),
    range_min numeric,
    range_max numeric,
    resolution numeric,
    unit varchar(16),
    gpib_address smallint,
    visa_resource varchar(120),
    cal_interval_months smallint,
    next_cal_due date,
    out_of_service boolean DEFAULT false
);

CREATE TABLE lab.calibration (
    cal_id bigserial PRIMARY KEY,
    instrument_id integer NOT NULL,
    certificate_no varchar(40),
    procedure_code varchar(20),
    ref_standard_id integer,
    performed_on date NOT NULL,
    ambient_temp_c numeric(4,1),
    ambient_rh_pct numeric(4,1),
    as_found_error numeric,
    as_left_error numeric,
    expanded_uncertainty numeric,
    coverage_factor numeric(3,2),
    tolerance numeric,
    result varchar(8),
    adjusted boolean,
    drift_per_year numeric,
    remarks text
);

CREATE TABLE lab.hplc_run (
    run_id bigserial PRIMARY KEY,
    sequence_line integer,
    vial_pos varchar(6),
    sample_code varchar(30),
    method_name varchar(80),
    column_lot varchar(30),
    injection_vol_ul numeric(6,2),
    flow_ml_min numeric(5,3),
    oven_temp numeric(4,1),
    wavelength_nm smallint,
    gradient jsonb,
    peak_count integer,
    max_pressure_bar integer,
    raw_file text,
    acquired_at timestamptz
);

CREATE TABLE etl.dag_run (
    id serial PRIMARY KEY,
    dag_id varchar(250) NOT NULL,
    queued_at timestamptz,
    execution_date timestamptz NOT NULL,
    start_date timestamptz,
    end_date timestamptz,
    state varchar(50),
    run_id varchar(250) NOT NULL,
    external_trigger boolean,
    run_type varchar(50) NOT NULL,
    conf bytea,
    data_interval_start timestamptz,
    data_interval_end timestamptz,
    last_scheduling_decision timestamptz,
    dag_hash varchar(32),
    log_template_id integer,
    clear_number integer NOT NULL DEFAULT 0
);

CREATE TABLE etl.column_lineage (
    lineage_id bigserial PRIMARY KEY,
    job_facet_uuid uuid,
    src_namespace varchar(255),
    src_dataset varchar(255),
    src_field varchar(255),
    dst_namespace varchar(255),
    dst_dataset varchar(255),
    dst_field varchar(255),
    transformation_type varchar(64),
    transformation_description text,
    masking boolean,
    valid_from timestamptz,
    valid_to timestamptz
);

CREATE TABLE etl.load_batch (
    batch_key integer PRIMARY KEY,
    src_system_cd varchar(10),
    tgt_table_nm varchar(63),
    load_type_cd char(1),
    hwm_ts timestamp,
    hwm_scn numeric(20),
    rows_read bigint,
    rows_ins bigint,
    rows_upd bigint,
    rows_rej bigint,
    file_nm varchar(255),
    file_crc32 integer,
    row_hash_algo varchar(10),
    strt_dttm timestamp,
    end_dttm timestamp,
    sts_cd char(1),
    err_msg_txt varchar(4000)
);

CREATE TABLE etl.connector_task (
    connector varchar(120) NOT NULL,
    task_no smallint NOT NULL,
    topic varchar(249),
    partition_no integer,
    committed_offset bigint,
    lag bigint,
    worker_host varchar(253),
    secret_version integer,
    config_hash varchar(64),
    task_state varchar(16),
    dead_letter_count bigint DEFAULT 0,
    last_heartbeat timestamptz,
    PRIMARY KEY (connector, task_no)
);

CREATE TABLE flags.feature_flag (
    name text PRIMARY KEY,
    description text,
    type text NOT NULL DEFAULT 'release',
    project text NOT NULL DEFAULT 'default',
    stale boolean DEFAULT false,
    potentially_stale boolean,
    archived_at timestamptz,
    impression_data boolean DEFAULT false,
    lifecycle_stage text,
    last_seen_at timestamptz,
    created_at timestamptz DEFAULT now()
);

CREATE TABLE flags."FlagVariation" (
    "id" uuid PRIMARY KEY,
    "flagKey" varchar(255) NOT NULL,
    "environmentKey" varchar(100) NOT NULL,
    "variationName" varchar(255),
    "valueType" varchar(16) NOT NULL,
    "value" jsonb,
    "rolloutPercentage" numeric(5,2),
    "bucketSalt" varchar(32),
    "isControl" boolean NOT NULL DEFAULT false,
    "sortIndex" integer,
    "createdAt" timestamp(3) NOT NULL,
    "updatedAt" timestamp(3) NOT NULL
);

CREATE TABLE tm.trans_unit (
    tuid bigserial PRIMARY KEY,
    component_id integer NOT NULL,
    context text,
    id_hash bigint NOT NULL,
    source text NOT NULL,
    target text,
    previous_source text,
    location text,
    note text,
    flags text,
    fuzzy boolean DEFAULT false,
    state smallint NOT NULL DEFAULT 0,
    position integer,
    num_words integer,
    num_chars integer,
    plural_form smallint,
    max_length integer,
    priority integer DEFAULT 100,
    explanation text
);

CREATE TABLE tm.glossary_term (
    term_id serial PRIMARY KEY,
    glossary_id integer NOT NULL,
    src_lang varchar(12) NOT NULL,
    tgt_lang varchar(12) NOT NULL,
    src_term varchar(255) NOT NULL,
    tgt_term varchar(255),
    part_of_speech varchar(12),
    gender char(1),
    domain varchar(60),
    case_sensitive boolean DEFAULT false,
    forbidden boolean DEFAULT false,
    definition text,
    usage_example text
);

CREATE TABLE tm.language (
    id serial PRIMARY KEY,
    code varchar(50) UNIQUE,
    name varchar(100),
    native_name varchar(100),
    direction varchar(3),
    plural_formula text,
    nplurals smallint,
    script char(4),
    speakers_millions numeric(7,1),
    fallback_code varchar(50)
);

CREATE TABLE fleet.vehicle (
    vehicle_id serial PRIMARY KEY,
    fleet_no varchar(10) NOT NULL,
    make varchar(40),
    model varchar(60),
    model_year smallint,
    body_type varchar(20),
    fuel_type varchar(12),
    engine_code varchar(20),
    displacement_cc integer,
    tank_capacity_l numeric(6,1),
    seats smallint,
    standing_places smallint,
    gvwr_kg integer,
    axles smallint,
    tyre_size varchar(20),
    odometer_km integer,
    depot_id integer,
    low_floor boolean,
    wheelchair_ramp boolean,
    in_service_from date,
    retired_on date
);

CREATE TABLE fleet.maintenance_job (
    job_id bigserial PRIMARY KEY,
    vehicle_id integer NOT NULL,
    job_type varchar(20),
    vmrs_code varchar(12),
    dtc_code varchar(8),
    opened_at timestamptz,
    closed_at timestamptz,
    odometer_at_service integer,
    engine_hours numeric(9,1),
    parts_used jsonb,
    labour_hours numeric(5,2),
    downtime_h numeric(6,1),
    next_due_km integer,
    next_due_date date,
    outcome varchar(16)
);

CREATE TABLE fleet.obd_frame (
    vehicle_id integer NOT NULL,
    captured_at timestamptz NOT NULL,
    can_id integer,
    bus_address smallint,
    pid smallint,
    dlc smallint,
    payload bytea,
    rpm integer,
    coolant_c smallint,
    throttle_pct real,
    maf_gs real,
    lambda real,
    mil_on boolean,
    soc_pct real
);

CREATE TABLE agri.field (
    field_id serial PRIMARY KEY,
    field_code varchar(16),
    field_name varchar(60),
    area_ha numeric(9,4),
    soil_type varchar(30),
    soil_ph numeric(3,1),
    organic_matter_pct numeric(4,2),
    slope_pct numeric(4,1),
    aspect varchar(3),
    irrigated boolean,
    drainage varchar(20),
    elevation_m integer,
    boundary geometry(Polygon, 4326)
);

CREATE TABLE agri.planting (
    planting_id serial PRIMARY KEY,
    field_id integer NOT NULL,
    crop_code varchar(10),
    cultivar varchar(60),
    season smallint,
    sown_on date,
    seed_rate_kg_ha numeric(7,2),
    row_spacing_cm numeric(5,1),
    sowing_depth_cm numeric(4,1),
    previous_crop varchar(10),
    emergence_date date,
    bbch_stage smallint,
    harvested_on date,
    yield_t_ha numeric(6,2),
    moisture_pct numeric(4,1),
    protein_pct numeric(4,1)
);

CREATE TABLE agri.plant_accession (
    accession_no varchar(20) PRIMARY KEY,
    genus varchar(60),
    species varchar(60),
    subtaxon varchar(60),
    common_name varchar(80),
    sex varchar(10),
    ploidy smallint,
    origin_country char(3),
    collection_date date,
    collection_site text,
    biol_status smallint,
    mother_plant varchar(20),
    pollen_parent varchar(20),
    germination_pct numeric(4,1),
    disease_resistance text,
    storage_type smallint,
    mls_status boolean
);

CREATE TABLE agro.parcela_cultivo (
    id_parcela serial PRIMARY KEY,
    poligono smallint,
    recinto smallint,
    cultivo varchar(40),
    variedad varchar(40),
    superficie_ha numeric(8,4),
    sistema_riego varchar(20),
    marco_plantacion varchar(12),
    fecha_siembra date,
    fecha_cosecha date,
    rendimiento_kg_ha numeric(9,2),
    dosis_abono_kg numeric(7,1),
    plaga varchar(40),
    estado_fenologico varchar(20),
    observaciones text
);

CREATE TABLE agri.spray_product (
    product_id serial PRIMARY KEY,
    trade_name varchar(80) NOT NULL,
    registration_no varchar(20),
    active_substances text[],
    formulation char(2),
    function varchar(20),
    max_dose numeric(8,3),
    dose_unit varchar(8),
    phi_days smallint,
    rei_hours smallint,
    max_applications smallint,
    buffer_zone_m smallint,
    signal_word varchar(10),
    authorised_until date
);

CREATE TABLE astro.star (
    hip integer PRIMARY KEY,
    hd integer,
    gaia_source_id bigint,
    proper_name varchar(40),
    bayer varchar(12),
    flamsteed smallint,
    constellation char(3),
    ra double precision,
    dec double precision,
    parallax_mas real,
    pmra real,
    pmdec real,
    radial_velocity real,
    vmag real,
    absmag real,
    ci real,
    spectral_type varchar(20),
    mass_msun real,
    age_gyr real,
    birth_cluster varchar(30),
    birth_radius_kpc real,
    teff_k integer,
    variability varchar(12)
);

CREATE TABLE ledger.account_template (
    id serial PRIMARY KEY,
    chart_template varchar(16) NOT NULL,
    code varchar(64) NOT NULL,
    name varchar NOT NULL,
    account_type varchar(32) NOT NULL,
    parent_account varchar(64),
    is_group boolean DEFAULT false,
    root_type varchar(12),
    report_type varchar(20),
    reconcile boolean DEFAULT false,
    tax_ids integer[],
    tag_ids integer[],
    note text
);

CREATE TABLE hw.chip_pinout (
    chip varchar(40) NOT NULL,
    package varchar(16) NOT NULL,
    pin_number varchar(6) NOT NULL,
    pin_name varchar(40),
    electrical_type varchar(16),
    io_standard varchar(16),
    bank smallint,
    alt_functions text[],
    vmax numeric(4,2),
    is_5v_tolerant boolean,
    net_name varchar(60),
    PRIMARY KEY (chip, package, pin_number)
);

CREATE TABLE hw.memory_region (
    id serial PRIMARY KEY,
    target varchar(40) NOT NULL,
    region varchar(24) NOT NULL,
    base_address bigint NOT NULL,
    end_address bigint,
    length bigint NOT NULL,
    access varchar(4),
    alignment integer,
    is_cacheable boolean,
    ecc boolean,
    load_address bigint,
    section text[],
    owner_core smallint
);
